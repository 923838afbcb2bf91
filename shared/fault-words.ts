/**
 * Says in plain words why an input does not fit its schema: what a member must be, and what it is. Texts that
 * were given are never repeated, since a secret may be among them.
 */
import type { z } from 'zod';
import { SHAPES } from './operations/common.ts';
import { fill, type Locale } from './locale.ts';
import { truncate, truncateList } from './truncate.ts';

export type Issue = z.core.$ZodIssue;

/** Where an input is at fault, and the fault in words. */
export interface FaultWords {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** `field: what is wrong`, for every fault. */
export function wordsOfFaults(issues: readonly Issue[], locale: Locale): string {
  const lines = issues.map((issue) => {
    const { path, text } = wordsOfFault(issue, locale);
    return path.length > 0 ? `${truncate(path.map(String).join('.'))}: ${text}` : text;
  });
  return lines.join('; ');
}

export function wordsOfFault(issue: Issue, locale: Locale): FaultWords {
  const { path } = issue;
  const words = WORDS[locale];
  switch (issue.code) {
    case 'invalid_type':
      return { path, text: ofType([issue.expected], issue.input, words) };
    case 'invalid_value':
      return { path, text: fill(words.oneOf, { values: listed(issue.values.map(String), words) }) };
    case 'too_small':
    case 'too_big':
      return { path, text: ofSize(issue, words) };
    case 'not_multiple_of':
      return { path, text: fill(words.multiple, { divisor: issue.divisor }) };
    case 'invalid_format':
      return { path, text: ofFormat(issue, locale) };
    case 'unrecognized_keys':
      return { path, text: ofUnknown(issue.keys, words) };
    case 'invalid_union':
      return ofUnion(issue, locale);
    case 'invalid_key':
      return { path, text: words.wrongName };
    case 'invalid_element':
    case 'custom':
      return { path, text: words.wrong };
  }
}

/** The member at fault: the one that is not known, or the innermost one that is wrong. */
export function memberOfFault(issue: Issue): readonly PropertyKey[] {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return [...issue.path, ...unknown];
}

type Words = (typeof WORDS)[Locale];

function ofType(expected: readonly string[], input: unknown, words: Words): string {
  if (input === undefined) return words.missing;
  const nouns = expected.map((type) => words.types[type as keyof Words['types']] ?? words.types.unknown);
  const isNumber = expected.every((type) => type === 'int' || type === 'number') && typeof input === 'number';
  const given = isNumber ? String(input) : givenOf(input, words);
  return fill(words.type, { expected: joined([...new Set(nouns)], words), given });
}

/** Never a text or a number, which may be a secret. */
function givenOf(input: unknown, { types }: Words): string {
  return typeof input === 'boolean' ? String(input) : types[typeOf(input)];
}

function typeOf(input: unknown): 'null' | 'array' | 'object' | 'string' | 'number' | 'boolean' | 'unknown' {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'array';
  const type = typeof input;
  return type === 'object' || type === 'string' || type === 'number' || type === 'boolean' ? type : 'unknown';
}

type SizeIssue = Extract<Issue, { readonly code: 'too_small' | 'too_big' }>;

/** Of a text its characters count, of a list and of an object their entries. */
function ofSize(issue: SizeIssue, words: Words): string {
  const { input, exact = false, inclusive = true } = issue;
  const limit = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum);
  const kind = exact ? 'exactly' : issue.code === 'too_small' ? 'least' : 'most';
  if (NUMBERS.includes(issue.origin)) {
    const pattern = inclusive ? words.number[kind] : words.number[kind === 'least' ? 'more' : 'less'];
    return fill(pattern, { limit, given: String(input) });
  }
  const count = typeof input === 'string' || Array.isArray(input) ? input.length : undefined;
  if (kind === 'least' && limit === 1 && (count ?? 0) === 0) return words.empty;
  const unit = words.units[issue.origin === 'string' ? 'characters' : 'entries'];
  const size = fill(words.size[kind], { limit, unit: limit === 1 ? unit.one : unit.many });
  return count === undefined ? size : fill(words.sizeGiven, { size, count });
}

const NUMBERS: readonly string[] = ['number', 'int', 'bigint', 'date'];

type FormatIssue = Extract<Issue, { readonly code: 'invalid_format' }>;

function ofFormat(issue: FormatIssue, locale: Locale): string {
  const pattern = issue.format === 'regex' ? issue.pattern : undefined;
  const shape = Object.values(SHAPES).find((one) => String(one.pattern) === pattern);
  if (shape) return shape.text[locale];
  return issue.format === 'datetime' ? WORDS[locale].time : WORDS[locale].form;
}

function ofUnknown(keys: readonly string[], words: Words): string {
  const names = truncateList(keys).map((key) => fill(words.quoted, { text: key }));
  return fill(names.length === 1 ? words.unknownOne : words.unknownMany, { names: names.join(', ') });
}

type UnionIssue = Extract<Issue, { readonly code: 'invalid_union' }>;

/** What the branch lacks that was probably meant; where none stands out, what each of them takes. */
function ofUnion(issue: UnionIssue, locale: Locale): FaultWords {
  const words = WORDS[locale];
  const branches = issue.errors.map((branch) => flattened(branch));
  const [meant] = branches.filter((branch) => !branch.some(isOtherKind)).sort((a, b) => a.length - b.length);
  if (meant?.[0]) {
    const inner = wordsOfFault(meant[0], locale);
    return { path: [...issue.path, ...inner.path], text: inner.text };
  }
  const kinds = branches.flatMap((branch) => branch.filter(isOtherKind).slice(0, 1));
  const values = kinds.flatMap((kind) => (kind.code === 'invalid_value' ? kind.values.map(String) : []));
  const types = kinds.flatMap((kind) => (kind.code === 'invalid_type' ? [kind.expected] : []));
  const [first] = kinds;
  if (types.length === 0) {
    const known = values.length > 0 ? values : (optionsOf(issue) ?? []);
    const text = known.length > 0 ? fill(words.oneOf, { values: listed(known, words) }) : words.wrong;
    return { path: [...issue.path, ...(first?.path ?? [])], text };
  }
  const nouns = types.map((type) => words.types[type as keyof Words['types']] ?? words.types.unknown);
  const quoted = values.map((text) => fill(words.quoted, { text }));
  const expected = joined([...new Set([...quoted, ...nouns])], words);
  return { path: issue.path, text: fill(words.type, { expected, given: givenOf(issue.input, words) }) };
}

/** The branch is for something else: another type, or another value of the member that tells them apart. */
function isOtherKind(issue: Issue): boolean {
  return (issue.code === 'invalid_type' && issue.path.length === 0) || isOtherTag(issue);
}

function isOtherTag(issue: Issue): boolean {
  return issue.code === 'invalid_value' && issue.path.length <= 1;
}

/** A union within a union counts as its branches. */
function flattened(branch: readonly Issue[]): readonly Issue[] {
  return branch.flatMap((issue) =>
    issue.code === 'invalid_union' && issue.path.length === 0 ? issue.errors.flat() : [issue],
  );
}

/** The values of the member that tells the branches apart. */
function optionsOf(issue: UnionIssue): readonly string[] | undefined {
  const { options } = issue as { readonly options?: readonly unknown[] };
  return options?.map(String);
}

/** Each in quotes. */
function listed(values: readonly string[], words: Words): string {
  return joined(
    [...new Set(values)].map((text) => fill(words.quoted, { text })),
    words,
  );
}

function joined(parts: readonly string[], { or }: Words): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${or} ${parts.at(-1)}`;
}

const WORDS = {
  en: {
    missing: 'is missing',
    type: 'must be {expected}, but is {given}',
    oneOf: 'must be {values}',
    quoted: '"{text}"',
    or: 'or',
    empty: 'must not be empty',
    multiple: 'must be a multiple of {divisor}',
    form: 'does not have the right form',
    time: 'must be a time in UTC, such as 2026-01-31T12:00:00Z',
    wrong: 'is not of a known kind',
    wrongName: 'has a member with a name that is not allowed',
    unknownOne: 'there is no member {names}',
    unknownMany: 'there are no members {names}',
    number: {
      least: 'must be at least {limit}, but is {given}',
      most: 'must be at most {limit}, but is {given}',
      exactly: 'must be {limit}, but is {given}',
      more: 'must be more than {limit}, but is {given}',
      less: 'must be less than {limit}, but is {given}',
    },
    size: {
      least: 'must have at least {limit} {unit}',
      most: 'must have at most {limit} {unit}',
      exactly: 'must have exactly {limit} {unit}',
    },
    sizeGiven: '{size}, but has {count}',
    units: {
      characters: { one: 'character', many: 'characters' },
      entries: { one: 'entry', many: 'entries' },
    },
    types: {
      string: 'text',
      number: 'a number',
      int: 'a whole number',
      boolean: 'true or false',
      object: 'an object',
      record: 'an object',
      array: 'a list',
      null: 'null',
      unknown: 'something else',
    },
  },
  es: {
    missing: 'falta',
    type: 'debe ser {expected}, pero es {given}',
    oneOf: 'debe ser {values}',
    quoted: '«{text}»',
    or: 'o',
    empty: 'no puede estar vacío',
    multiple: 'debe ser múltiplo de {divisor}',
    form: 'no tiene la forma correcta',
    time: 'debe ser una hora en UTC, como 2026-01-31T12:00:00Z',
    wrong: 'no es de un tipo conocido',
    wrongName: 'tiene un miembro con un nombre que no se admite',
    unknownOne: 'no existe el miembro {names}',
    unknownMany: 'no existen los miembros {names}',
    number: {
      least: 'debe ser como mínimo {limit}, pero es {given}',
      most: 'debe ser como máximo {limit}, pero es {given}',
      exactly: 'debe ser {limit}, pero es {given}',
      more: 'debe ser mayor que {limit}, pero es {given}',
      less: 'debe ser menor que {limit}, pero es {given}',
    },
    size: {
      least: 'debe tener {limit} {unit} como mínimo',
      most: 'debe tener {limit} {unit} como máximo',
      exactly: 'debe tener exactamente {limit} {unit}',
    },
    sizeGiven: '{size}, pero tiene {count}',
    units: {
      characters: { one: 'carácter', many: 'caracteres' },
      entries: { one: 'elemento', many: 'elementos' },
    },
    types: {
      string: 'un texto',
      number: 'un número',
      int: 'un número entero',
      boolean: 'true o false',
      object: 'un objeto',
      record: 'un objeto',
      array: 'una lista',
      null: 'null',
      unknown: 'otra cosa',
    },
  },
} as const;
