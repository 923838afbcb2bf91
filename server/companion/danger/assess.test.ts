import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PHRASES_FOLDER, readPhrases } from '../phrase-files/read-phrases.ts';
import { clean, fold } from '../text.ts';
import { DangerDetector } from './assess.ts';
import type { DangerKind } from './sign.ts';
import { DANGER_ENGLISH, INNOCENT_PHRASES_ENGLISH } from './phrases-english.fixture.ts';
import { DANGER_SPANISH, INNOCENT_PHRASES_SPANISH } from './phrases-spanish.fixture.ts';
import { plainWords } from './plain-words.ts';
import type { Assessment } from './assess.ts';

const SEED = 20_261;
const SENTENCES = Number(process.env['SENTENCES'] ?? 20_000);
const PHRASES = readPhrases(PHRASES_FOLDER).danger;
const DETECTOR = new DangerDetector(PHRASES);
const DANGER = [...DANGER_SPANISH, ...DANGER_ENGLISH];
const INNOCENT = [...INNOCENT_PHRASES_SPANISH, ...INNOCENT_PHRASES_ENGLISH];

function assessDanger(message: string): Assessment | undefined {
  return DETECTOR.assess(message);
}

function asPlainWords(text: string): string {
  return plainWords(fold(clean(text)), PHRASES.spellings);
}

// Signs of danger.

test('every danger phrase is heard', () => {
  assert.deepEqual(
    DANGER.filter((phrase) => assessDanger(phrase) === undefined),
    [],
  );
});

test('no figure of speech, title or trade is taken for danger', () => {
  assert.deepEqual(
    INNOCENT.filter((phrase) => assessDanger(phrase) !== undefined),
    [],
  );
});

test('there are at least sixty of each in each language', () => {
  for (const list of [DANGER_SPANISH, DANGER_ENGLISH, INNOCENT_PHRASES_SPANISH, INNOCENT_PHRASES_ENGLISH]) {
    assert.ok(new Set(list).size >= 60, `Only ${list.length}`);
  }
});

test('accents, case and marks change nothing', () => {
  for (const phrase of DANGER) {
    const expected = assessDanger(phrase);
    for (const variant of [fold(phrase), phrase.toUpperCase(), `${phrase}!!!`, `... ${phrase} 😢`]) {
      assert.deepEqual(assessDanger(variant), expected, variant);
    }
  }
  for (const phrase of INNOCENT) {
    for (const variant of [fold(phrase), phrase.toUpperCase(), `${phrase}!!!`]) {
      assert.equal(assessDanger(variant), undefined, variant);
    }
  }
});

test('danger is heard inside a longer message, and beside something innocent', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...DANGER),
      fc.constantFrom(...INNOCENT),
      fc.constantFrom('. ', '\n', '! '),
      (danger, innocent, between) => {
        assert.notEqual(assessDanger(`${innocent}${between}${danger}`), undefined);
        assert.notEqual(assessDanger(`${danger}${between}${innocent}`), undefined);
      },
    ),
    { seed: 20_260, numRuns: 400 },
  );
});

const kinds: readonly [string, DangerKind, 'sure' | 'unsure'][] = [
  ['me tomé todas las pastillas', 'emergency', 'sure'],
  ['i just took a whole bottle of pills', 'emergency', 'sure'],
  ['quiero morir', 'suicide', 'sure'],
  ['no quiero morir', 'suicide', 'unsure'],
  ["I'm not going to kill myself", 'suicide', 'unsure'],
  ['this song makes me want to die', 'suicide', 'unsure'],
  ['I used to want to die', 'suicide', 'unsure'],
  ['esta canción me hace querer morir, quiero morir', 'suicide', 'unsure'],
  ['me corto los brazos', 'self-harm', 'sure'],
  ['my husband hits me', 'harmed', 'sure'],
  ['mi madre me va a matar si llego tarde', 'harmed', 'unsure'],
  ['my mum is going to kill me', 'harmed', 'unsure'],
  ['quiero matar a mi hermano', 'harming', 'unsure'],
  ['I am afraid I will hurt my baby', 'harming', 'sure'],
  ['my friend wants to kill himself', 'somebody-else', 'sure'],
  ['my friend wants to kill himself and I want to die too', 'suicide', 'sure'],
  ['mi amiga se quiere suicidar', 'somebody-else', 'sure'],
  ['mi hermano se suicidó', 'bereaved', 'sure'],
  ['my brother killed himself last year', 'bereaved', 'sure'],
  ['I cut myself with the kitchen knife on purpose', 'self-harm', 'sure'],
  ['je veux mourir', 'suicide', 'sure'],
];
for (const [phrase, kind, certainty] of kinds) {
  test(`${phrase} → ${kind}, ${certainty}`, () => {
    const found = assessDanger(phrase);
    assert.deepEqual({ kind: found?.kind, certainty: found?.certainty }, { kind, certainty });
  });
}

test('misspellings, short forms, digits and spelled-out letters become plain words', () => {
  assert.equal(asPlainWords("I'm gonna k1ll  myslef"), 'i am going to kill myself');
  assert.equal(asPlainWords('ya no kierooo bibir xq no'), 'ya no quiero vivir porque no');
  assert.equal(asPlainWords('s u i c i d e'), 'suicide');
  assert.equal(asPlainWords('1st 10km at 5pm'), '1st 10km at 5pm');
  assert.equal(asPlainWords('sucedió un suceso'), 'sucedio un suceso');
});

test('a hostile or huge message is read in bounded time', () => {
  const started = process.cpuUsage();
  assessDanger('quiero '.repeat(150_000));
  assessDanger('a'.repeat(1_000_000));
  assessDanger('no '.repeat(300_000));
  assert.ok(process.cpuUsage(started).user < 3_000_000, 'Took more than 3 s of CPU');
});

test('the end of a very long letter is read too', () => {
  assert.equal(assessDanger(`${'Todo va bien. '.repeat(10_000)} Quiero morir.`)?.kind, 'suicide');
});

// The automaton in front of the patterns.

const UNFILTERED = new DangerDetector(PHRASES, { prefilter: false });
const TYPED = Map.groupBy(PHRASES.spellings, ([, word]) => word);
/** Words and parts of words that the patterns are made of. */
const FRAGMENTS = [
  ...new Set(
    [PHRASES.es, PHRASES.en, PHRASES.other]
      .flatMap(({ sure, unsure, innocent, denied, distant }) => [
        ...Object.values(sure).flat(),
        ...Object.values(unsure).flat(),
        ...innocent,
        ...denied,
        ...distant,
      ])
      .flatMap((source) => source.match(/[a-z][a-z ]+/gu) ?? []),
  ),
];

function misspelled(phrase: string): string[] {
  const words = fold(phrase).split(' ');
  return words.flatMap((word, at) =>
    (TYPED.get(word) ?? []).map(([typed]) => words.with(at, typed).join(' ')),
  );
}

test('the automaton changes nothing on the phrases and their misspellings', () => {
  for (const phrase of [...DANGER, ...INNOCENT].flatMap((one) => [one, ...misspelled(one)])) {
    assert.deepEqual(assessDanger(phrase), UNFILTERED.assess(phrase), phrase);
  }
});

test(`the automaton changes nothing on ${SENTENCES} generated sentences`, () => {
  const phrase = fc.constantFrom(...DANGER, ...INNOCENT, ...DANGER.flatMap(misspelled));
  const sentence = fc
    .tuple(
      fc.array(fc.oneof(phrase, fc.constantFrom(...FRAGMENTS), fc.constantFrom(...FRAGMENTS)), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.constantFrom(' ', ' ', ', ', '. ', ' "'),
    )
    .map(([parts, between]) => parts.join(between));
  let signs = 0;
  for (const said of fc.sample(sentence, { seed: SEED, numRuns: SENTENCES })) {
    const found = assessDanger(said);
    if (found !== undefined) signs += 1;
    assert.deepEqual(found, UNFILTERED.assess(said), said);
  }
  assert.ok(
    signs > SENTENCES / 5 && signs < (SENTENCES * 4) / 5,
    `${signs} signs: one side is hardly tested`,
  );
});
