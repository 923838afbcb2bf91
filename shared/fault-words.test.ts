/** What people read about faults in inputs, for every fault that the schemas of the operations can find. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { wordsOfFaults, type Issue } from './fault-words.ts';
import { LOCALES, type Locale } from './locale.ts';
import { OPERATION_LIST } from './operations/index.ts';

const SECRET = 'tr0ub4dor&3';

/** Values of every type, at and beyond every limit that schemas have. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0,
  1.5,
  1e300,
  2 ** 60,
  '',
  SECRET,
  `${SECRET} `.repeat(100),
  SECRET.repeat(100_000),
  [],
  [SECRET],
  [[SECRET]],
  Array.from({ length: 10_000 }, () => SECRET),
  {},
  { type: SECRET },
  { type: 1 },
  { role: SECRET },
  { name: SECRET },
  { name: 5, parts: 5, role: 'user', type: 'text' },
  { type: 'text', text: 5 },
  { type: 'image', data: SECRET, mediaType: SECRET },
  { type: 'schema', schema: 5, name: '' },
  { role: 'user', parts: [{ type: SECRET }, { type: 'text' }, 5] },
  {
    role: 'assistant',
    parts: [{ type: 'toolCall' }, { type: 'text', text: SECRET, [SECRET.slice(0, 3)]: 1 }],
  },
];

/** What zod says of its own accord, in every language. */
const MACHINE = [
  /\bInvalid\b|\breceived\b|\bToo (?:small|big)\b|Unrecognized|\bexpected\b|>=|<=|pattern|regex/,
  /Entrada inválida|Demasiado|recibido|se esperaba|Opción|Valor inválido|reconocid|patrón|undefined|NaN/,
];
const ENGLISH = /\b(?:must|is|has|the|have|may|there|but|text|list|number|entries|characters)\b/;

interface Fault {
  readonly operation: string;
  readonly issues: readonly Issue[];
}

function faultsOf(operation: string, schema: z.ZodType, input: unknown): Fault[] {
  const { error } = schema.safeParse(input, { reportInput: true });
  return error ? [{ operation, issues: error.issues }] : [];
}

/** Each member of each input with each value, alone and in what its operation has as an example. */
function allFaults(): Fault[] {
  return OPERATION_LIST.flatMap(({ name, input, examples }) => {
    const members = input instanceof z.ZodObject ? Object.keys(input.shape) : [];
    const example = examples[0]?.input as object;
    return [
      ...VALUES.flatMap((value) => faultsOf(name, input, value)),
      ...faultsOf(name, input, { ...example, unknown: 1, ['x'.repeat(500)]: 2 }),
      ...members.flatMap((member) =>
        VALUES.flatMap((value) => [
          ...faultsOf(name, input, { ...example, [member]: value }),
          ...faultsOf(name, input, { ...example, [member]: [value] }),
        ]),
      ),
    ];
  });
}

test('no fault of an input is told in the words of a machine, or repeats what was given', () => {
  const faults = allFaults();
  const codes = new Set(faults.flatMap(({ issues }) => issues.map(({ code }) => code)));
  const expected = [
    'invalid_type',
    'invalid_value',
    'too_small',
    'too_big',
    'invalid_format',
    'invalid_union',
  ];
  for (const code of [...expected, 'unrecognized_keys']) assert.ok(codes.has(code as Issue['code']), code);
  const wrong = faults.flatMap(({ operation, issues }) =>
    LOCALES.flatMap((locale) => {
      const words = wordsOfFaults(issues, locale);
      const isMachine = MACHINE.some((pattern) => pattern.test(words));
      const own = issues.map(({ message }) => message);
      const isZod = own.some((message) => words.includes(message));
      return isMachine || isZod || words.includes(SECRET) ? [`${operation} ${locale}: ${words}`] : [];
    }),
  );
  assert.deepEqual(wrong, []);
});

test('every fault of an input has its own words: none is told as a form or a kind that is wrong', () => {
  const vague = ['does not have the right form', 'is not of a known kind'];
  const wrong = allFaults().flatMap(({ operation, issues }) => {
    const words = wordsOfFaults(issues, 'en');
    return vague.some((one) => words.includes(one)) ? [`${operation}: ${words}`] : [];
  });
  assert.deepEqual(wrong, []);
});

/** Without the names of members, before the colon, and values, in quotes. */
function textsOf(issues: readonly Issue[], locale: Locale): string[] {
  const lines = wordsOfFaults(issues, locale).split('; ');
  return lines.map((line) => line.replace(/^[\w.]+…?: /, '').replaceAll(/«[^»]*»/g, ''));
}

test('in Spanish nothing of it is English', () => {
  const faults = allFaults();
  const wrong = faults.flatMap(({ operation, issues }) =>
    textsOf(issues, 'es')
      .filter((text) => ENGLISH.test(text))
      .map((text) => `${operation}: ${text}`),
  );
  assert.deepEqual(wrong, []);
  for (const text of faults.flatMap(({ issues }) => textsOf(issues, 'en'))) assert.match(text, ENGLISH);
});

test('it says what is expected, and what was given', () => {
  const schema = z.strictObject({
    count: z.int().min(1).max(9),
    name: z.string().min(2).max(3),
    list: z.array(z.string()).min(1),
    one: z.union([z.literal('all'), z.int()]),
    part: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('a'), text: z.string() }),
      z.strictObject({ type: z.literal('b') }),
    ]),
    at: z.iso.datetime(),
  });
  const words = (input: object, locale: 'en' | 'es') =>
    wordsOfFaults(schema.safeParse(input, { reportInput: true }).error?.issues ?? [], locale).split('; ');
  const input = { count: 12, name: 'abcd', list: [], one: true, part: { type: 'a', text: 5 }, at: 'today' };
  assert.deepEqual(words(input, 'en'), [
    'count: must be at most 9, but is 12',
    'name: must have at most 3 characters, but has 4',
    'list: must not be empty',
    'one: must be "all" or a number, but is true',
    'part.text: must be text, but is a number',
    'at: must be a time in UTC, such as 2026-01-31T12:00:00Z',
  ]);
  assert.deepEqual(words({ ...input, more: 1, part: { type: 'c' } }, 'es'), [
    'count: debe ser como máximo 9, pero es 12',
    'name: debe tener 3 caracteres como máximo, pero tiene 4',
    'list: no puede estar vacío',
    'one: debe ser «all» o un número, pero es true',
    'part.type: debe ser «a» o «b»',
    'at: debe ser una hora en UTC, como 2026-01-31T12:00:00Z',
    'no existe el miembro «more»',
  ]);
});
