/** The input of an operation, from the address of a request and its body. [H-1] */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { isRecord, type Params } from '../../shared/client/message.ts';
import { excessOf, type JsonShapeLimits } from '../../shared/json-shape.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import { ApiRefusal } from './api-errors.ts';

/** What a word in an address can mean. */
interface Kind {
  readonly isList: boolean;
  readonly isNumber: boolean;
  readonly isBoolean: boolean;
  /** Any text is allowed, so `5` stays a text. */
  readonly isText: boolean;
}

export type Kinds = ReadonlyMap<string, Kind>;

type Words = Readonly<Record<string, string | readonly string[] | undefined>>;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const TEXT: Kind = { isList: false, isNumber: false, isBoolean: false, isText: true };

/** The kinds of the members of an operation's input. */
export function kindsOf(input: z.ZodType): Kinds {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  return new Map(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, kindOf(member)]));
}

/** Path and query, each word as what the operation expects there; the operation itself judges the result. */
export function wordsToInput(words: Words, kinds: Kinds): Params {
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(words)) {
    if (value === undefined) continue;
    const kind = kinds.get(name) ?? TEXT;
    if (kind.isList) input[name] = [value].flat().map((word) => wordToValue(word, kind));
    else input[name] = typeof value === 'string' ? wordToValue(value, kind) : value;
  }
  return input;
}

/** The members of a body; none for an empty one. */
export function bodyToInput(body: Buffer, limits: JsonShapeLimits = GATEWAY_LIMITS): Params {
  if (!isUtf8(body)) throw new ApiRefusal('body_not_json');
  const text = body.toString('utf8');
  if (text.trim() === '') return {};
  if (excessOf(text, limits)) throw new ApiRefusal('body_not_json');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiRefusal('body_not_json');
  }
  if (!isRecord(value)) throw new ApiRefusal('body_not_json');
  return value;
}

/** A member that the address names cannot be said a second time, with another meaning perhaps. */
export function joined(path: Params, rest: Params): Params {
  const twice = Object.keys(path).find((name) => Object.hasOwn(rest, name));
  if (twice !== undefined) throw new ApiRefusal('member_twice', { param: twice });
  return { ...path, ...rest };
}

function wordToValue(word: string, { isNumber, isBoolean, isText }: Kind): unknown {
  if (isText) return word;
  if (isNumber && NUMBER.test(word)) return Number(word);
  if (isBoolean && (word === 'true' || word === 'false')) return word === 'true';
  return word;
}

function kindOf(member: z.core.JSONSchema._JSONSchema): Kind {
  if (typeof member === 'boolean') return TEXT;
  const variants = [member, ...(member.anyOf ?? []), ...(member.oneOf ?? [])].filter(isSchema);
  const has = (type: string) => variants.some((variant) => variant.type === type);
  const isFreeText = variants.some(
    (variant) => variant.type === 'string' && variant.const === undefined && variant.enum === undefined,
  );
  const list = variants.find((variant) => variant.type === 'array');
  if (!list) {
    return {
      isList: false,
      isNumber: has('integer') || has('number'),
      isBoolean: has('boolean'),
      isText: isFreeText,
    };
  }
  const item = isSchema(list.items) ? kindOf(list.items) : TEXT;
  return { ...item, isList: true };
}

function isSchema(value: unknown): value is z.core.JSONSchema.JSONSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
