import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Automaton } from './automaton.ts';
import { PatternSet } from './pattern-set.ts';
import { requiredLiterals } from './required-literals.ts';

const SEED = 20_261;

// Literals that a pattern requires.

const required: readonly [string, readonly string[] | undefined][] = [
  ['kill', ['kill']],
  ['(?:me |te )?mato', ['me mato', 'te mato', 'mato']],
  ['cansad[oa] de .*vivir', ['cansado de ', 'cansada de ']],
  ['[a-z]+ (?:uno|dos)', [' uno', ' dos']],
  ['(?:ya )*muero', ['muero']],
  ['(?:ab)+', ['ab']],
  ['a{2}b?', ['a']],
  ['^hola$|adios', ['hola', 'adios']],
  ['(?<!no )quiero(?! nada)', ['quiero']],
  ['suicid\\w+', ['suicid']],
  ['\\bfin\\.', ['fin.']],
  ['.*', undefined],
  ['a?', undefined],
  ['si|\\d+', undefined],
];
for (const [source, literals] of required) {
  test(`a match of ${source} contains ${literals?.join(' or ') ?? 'nothing certain'}`, () => {
    assert.deepEqual(requiredLiterals(source), literals);
  });
}

test('a bracket without its partner is an error', () => {
  assert.throws(() => requiredLiterals('(a'), /bracket/u);
  assert.throws(() => requiredLiterals('a)'), /bracket/u);
});

/** Sources of patterns over three letters, of every form that the phrase files use. */
const SOURCE = fc.letrec<{ choice: string; sequence: string; part: string }>((tie) => ({
  choice: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'part' },
    fc.constantFrom(
      'a',
      'b',
      'ab',
      'c',
      ' ',
      '.',
      '[ab]',
      '[^a]',
      '\\w',
      '\\b',
      '\\p{L}',
      'a?',
      'b+',
      'c*',
      'a{2}',
      '(?:a|b )*',
      '(?:ab|c)+',
      '😢?',
      'é',
    ),
    fc
      .tuple(tie('choice'), fc.constantFrom('', '?', '{1,2}', '{0,2}'))
      .map(([choice, quantifier]) => `(?:${choice})${quantifier}`),
    tie('choice').map((choice) => `(?!${choice})`),
    tie('choice').map((choice) => `(?<=${choice})`),
  ),
})).choice;
const TEXT = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '1', 'é', '😢', '😀'), maxLength: 8 });

test(`a pattern that matches is always among the candidates (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.array(SOURCE, { minLength: 1, maxLength: 4 }),
      fc.array(TEXT, { maxLength: 20 }),
      (sources, texts) => {
        const set = new PatternSet(sources);
        const patterns = sources.map((source) => new RegExp(source, 'u'));
        for (const text of texts) {
          const candidates = set.candidates(text);
          for (const [index, pattern] of patterns.entries()) {
            if (pattern.test(text)) assert.equal(candidates[index], 1, `${sources[index]} in "${text}"`);
          }
        }
      },
    ),
    { seed: SEED, numRuns: 1_000 },
  );
});

// The automaton.

test(`finds what String.includes finds (seed ${SEED})`, () => {
  const literal = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(literal, { maxLength: 8 }), TEXT, fc.string(), (literals, text, other) => {
      const automaton = new Automaton(
        literals.map((one, owner) => ({ text: one, owner })),
        literals.length,
      );
      for (const read of [text, other, text + other]) {
        assert.deepEqual(
          automaton.find(read).toSorted((one, another) => one - another),
          literals.flatMap((one, owner) => (read.includes(one) ? [owner] : [])),
        );
      }
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

test('literals of characters that are not told apart are never missed', () => {
  const automaton = new Automaton([{ text: 'a→😢', owner: 0 }], 1);
  assert.deepEqual(automaton.find('xa→😢x'), [0]);
  assert.deepEqual(automaton.find('xa😢x'), []);
});

test('more states than sixteen bits count are told apart as well', () => {
  const literals = Array.from({ length: 9_000 }, (_, index) => `${index}-${'x'.repeat(8)}${index}`);
  const automaton = new Automaton(
    literals.map((text, owner) => ({ text, owner })),
    literals.length,
  );
  for (const owner of [0, 4_321, 8_999]) {
    assert.ok(automaton.find(`a${literals[owner]}b`).includes(owner));
    assert.deepEqual(automaton.find(`a${literals[owner]?.slice(1, -1)}b`), []);
  }
});
