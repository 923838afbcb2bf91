import type { z } from 'zod';
import type { Params } from '../../shared/client/message.ts';
import { ApiRefusal } from '../http/api-errors.ts';

/** The body as the schema gives it. Throws `ApiRefusal` with the place of the first fault. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: Params): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path ?? [];
  const isMissing = path.length > 0 && valueAt(body, path) === undefined;
  throw new ApiRefusal(isMissing ? 'member_missing' : 'member_wrong', { param: placeOf(path) });
}

/** `messages[0].content` */
export function placeOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((place, step) => {
    if (typeof step === 'number') return `${place}[${step}]`;
    return place === '' ? String(step) : `${place}.${String(step)}`;
  }, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (at as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
}
