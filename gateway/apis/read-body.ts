import type { z } from 'zod';
import { wordsOfFault, type Issue } from '../../shared/fault-words.ts';
import type { Params } from '../../shared/client/message.ts';
import type { Localised } from '../../shared/locale.ts';
import { truncate } from '../../shared/truncate.ts';
import { ApiRefusal } from '../http/api-errors.ts';

/** Of what is said about a fault. */
const WORDS_CHARACTERS = 200;

/** The body as the schema gives it. Throws `ApiRefusal` with the place of the first fault. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: Params): z.output<Schema> {
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const param = truncate(placeOf(path));
  const isMissing = path.length > 0 && valueAt(body, path) === undefined;
  if (isMissing || !issue) throw new ApiRefusal('member_missing', { param });
  throw new ApiRefusal('member_wrong', { param }, { en: wordsOf(issue, 'en'), es: wordsOf(issue, 'es') });
}

/** For what is understood and cannot be done here; `detail` says what can. */
export function unsupported(param: string, detail: Localised): ApiRefusal {
  return new ApiRefusal('member_unsupported', { param }, detail);
}

/** Clients send null for what they leave out. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** `messages[0].content` */
export function placeOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((place, step) => {
    if (typeof step === 'number') return `${place}[${step}]`;
    return place === '' ? String(step) : `${place}.${String(step)}`;
  }, '');
}

/** With the place within the member, where the fault is deeper. */
function wordsOf(issue: Issue, locale: keyof Localised): string {
  const { path, text } = wordsOfFault(issue, locale);
  const place = placeOf(path.slice(issue.path.length));
  return truncate(place === '' ? text : `${place}: ${text}`, WORDS_CHARACTERS);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (at as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
}
