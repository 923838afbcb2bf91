import { z } from 'zod';
import type { Operation } from './define-operation.ts';

type TextOf = Pick<NonNullable<Operation['text']>, 'command' | 'args'>;

/** How a command of the text face is written: `/command <needed> [optional]`. */
export function usageOf(text: TextOf, input: z.ZodType): string {
  const args = argumentsOf(text, input).map(({ name, isNeeded }) => (isNeeded ? `<${name}>` : `[${name}]`));
  return [`/${text.command}`, ...args].join(' ');
}

export interface TextArgument {
  /** The member of the input that it becomes. */
  readonly name: string;
  readonly isNeeded: boolean;
  readonly takesRest: boolean;
  /** One of a few words, which are given in lower case. */
  readonly isChoice: boolean;
  /** A word of decimal digits stands for its number. */
  readonly isNumber: boolean;
  /** Whether the member may have this value. */
  accepts(value: unknown): boolean;
}

export function argumentsOf(text: TextOf, input: z.ZodType): TextArgument[] {
  const shape = input instanceof z.ZodObject ? (input.shape as Record<string, z.ZodType>) : {};
  const names = text.args.map((arg) => arg.replace('...', ''));
  const isNeeded = (name: string) => !shape[name]?.safeParse(undefined).success;
  const lastNeeded = names.findLastIndex(isNeeded);
  return text.args.map((arg, index) => {
    const name = names[index] ?? '';
    const schema = shape[name];
    return {
      name,
      // Words have no names: what stands before one that is needed cannot be left out.
      isNeeded: index <= lastNeeded,
      takesRest: arg !== name,
      isChoice: schema instanceof z.ZodEnum,
      isNumber: schema !== undefined && takesNumber(schema),
      accepts: (value) => schema?.safeParse(value).success ?? false,
    };
  });
}

function takesNumber(schema: z.ZodType): boolean {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable;
  if (isWrapped) {
    return takesNumber(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodUnion) return schema.options.some((option) => takesNumber(option as z.ZodType));
  return schema instanceof z.ZodNumber;
}
