import { z } from 'zod';
import type { Operation } from './define-operation.ts';

/** How a command of the text face is written: `/command <needed> [optional]`. */
export function usageOf(text: NonNullable<Operation['text']>, input: z.ZodType): string {
  const shape = input instanceof z.ZodObject ? (input.shape as Record<string, z.ZodType>) : {};
  const args = text.args.map((arg) => {
    const name = arg.replace('...', '');
    return shape[name]?.safeParse(undefined).success ? `[${name}]` : `<${name}>`;
  });
  return [`/${text.command}`, ...args].join(' ');
}
