import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { talkTo } from './companion.fixture.ts';
import { createCompanion } from './index.ts';
import type { Message } from './index.ts';
import { DANGER_ENGLISH, INNOCENT_PHRASES_ENGLISH } from './danger/phrases-english.fixture.ts';
import { DANGER_SPANISH, INNOCENT_PHRASES_SPANISH } from './danger/phrases-spanish.fixture.ts';

const SEED = 20_261;
const COMPANION = createCompanion();
const { talk, first, last } = talkTo(COMPANION);

function sentencesIn(text: string): string[] {
  return text
    .split(/(?<=[.?!])\s+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length > 1);
}

const SAID = fc.oneof(
  fc.constantFrom(
    ...DANGER_SPANISH,
    ...DANGER_ENGLISH,
    ...INNOCENT_PHRASES_SPANISH,
    ...INNOCENT_PHRASES_ENGLISH,
  ),
  fc.constantFrom(
    'sí',
    'no',
    'ok',
    'hola',
    'yes',
    'hi',
    'no sé',
    'gracias',
    'bye',
    '😢',
    '...',
    'why?',
    'adiós',
  ),
  fc.constantFrom(
    'estoy triste',
    'mi madre no me escucha',
    'I feel alone',
    'my boss hates me',
    'quiero irme',
  ),
  fc.constantFrom(
    'eres un bot?',
    'write me a poem',
    'eres inútil',
    'shut up',
    'je suis triste',
    'asdfgh',
    'ajá',
  ),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

// Any conversation.

test('the same conversation gives the same reply, and one never says a sentence twice running', () => {
  fc.assert(
    fc.property(
      fc.array(SAID, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('es', 'en'),
      (said, locale) => {
        const replies = talk(locale, said);
        assert.deepEqual(talk(locale, said), replies);
        for (const [index, answer] of replies.entries()) {
          assert.ok(answer.trim().length > 0);
          assert.ok(answer.length < 1_200, answer);
          const before = new Set(sentencesIn(replies[index - 1] ?? ''));
          assert.deepEqual(
            sentencesIn(answer).filter((sentence) => before.has(sentence)),
            [],
          );
        }
      },
    ),
    { seed: SEED, numRuns: 300 },
  );
});

test('it says what it is once, in its first reply', () => {
  const identity =
    /no soy terapeuta|no soy una persona ni terapeuta|not a therapist|not a person or a therapist/iu;
  fc.assert(
    fc.property(
      fc.array(SAID, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('es', 'en'),
      (said, locale) => {
        const [opening = '', ...rest] = talk(locale, said);
        assert.match(opening, identity);
        assert.match(opening, /acompañante sin conexión|offline companion/u);
        for (const answer of rest) assert.doesNotMatch(answer, identity);
      },
    ),
    { seed: SEED, numRuns: 200 },
  );
});

test('every sign of danger points to emergency numbers first, then to lines, anywhere in a talk', () => {
  for (const phrase of [...DANGER_SPANISH, ...DANGER_ENGLISH]) {
    for (const before of [[], ['hola'], ['hi', 'I feel sad']]) {
      const answer = last('es', ...before, phrase);
      const emergency = answer.indexOf('112');
      assert.ok(emergency > 0, `${phrase}\n${answer}`);
      assert.ok(answer.indexOf('findahelpline.com') > emergency, answer);
      assert.match(answer, /\?/u);
    }
  }
});

test('an innocent phrase never gets the numbers', () => {
  for (const phrase of [...INNOCENT_PHRASES_SPANISH, ...INNOCENT_PHRASES_ENGLISH]) {
    assert.doesNotMatch(first(phrase), /112|findahelpline/u, phrase);
  }
});

test('nothing at all, and only a system prompt, still get a greeting', () => {
  assert.match(COMPANION.reply({ messages: [], locale: 'en' }), /offline companion/u);
  assert.match(
    COMPANION.reply({ messages: [{ role: 'system', content: 'x' }], locale: 'es' }),
    /sin conexión/u,
  );
});

test('after a model has been answering, it says that it has taken over', () => {
  const messages: Message[] = [
    { role: 'user', content: 'What is the capital of France?' },
    { role: 'assistant', content: 'Paris.' },
    { role: 'user', content: 'And what is it like in winter?' },
  ];
  assert.match(COMPANION.reply({ messages, locale: 'en' }), /offline companion/u);
});

test('when the beginning was cut off to fit, it does not introduce itself again', () => {
  const replies = talk('en', ['hi', 'I feel sad', 'my mother is ill']);
  const messages: Message[] = [
    { role: 'user', content: 'my mother is ill' },
    { role: 'assistant', content: replies[2] ?? '' },
    { role: 'user', content: 'I miss her' },
  ];
  assert.doesNotMatch(COMPANION.reply({ messages, locale: 'en' }), /offline companion/u);
});

test('a huge or hostile message is answered in bounded time', () => {
  const started = process.cpuUsage();
  for (const message of [
    'I feel '.repeat(100_000),
    'a'.repeat(500_000),
    ', '.repeat(300_000),
    '¿'.repeat(99_999),
  ]) {
    assert.ok(first(message).length > 0);
  }
  assert.ok(process.cpuUsage(started).user < 5_000_000, 'Took more than 5 s of CPU');
});

// Ordinary talk.

test('what the person said comes back in their own words, from their side', () => {
  assert.match(last('es', 'hola', 'creo que mi jefe no me escucha'), /tu jefe no te escucha/u);
  assert.match(
    last('en', 'hi', 'I think that my boss does not listen to me'),
    /your boss does not listen to you/u,
  );
});

test('an earlier statement is brought back when nothing else matches, once', () => {
  const answers = talk('es', [
    'mi madre no me escucha',
    'el cielo está gris',
    'las nubes pasan',
    'el mar verde',
  ]);
  assert.equal(answers.filter((answer) => answer.includes('tu madre no te escucha')).length, 1);
});

test('a death is never brought back by a rule', () => {
  const answers = talk('en', ['my dog died yesterday', 'the sky is grey', 'clouds pass', 'green sea']);
  assert.ok(answers.slice(1).every((answer) => !answer.includes('died')));
});

test('it keeps to the register of the person', () => {
  assert.match(last('es', 'hola', 'disculpe, ¿usted qué hace?', 'estoy triste'), /esté/u);
  assert.match(last('es', 'hola', '¿vos qué hacés?', 'bla', 'mi vieja está enferma'), /contame|vos|tu/iu);
  assert.match(first('¿Vos podés ayudarme?', 'es'), /está pasando|pensado/u);
});

const asked: readonly [string, RegExp][] = [
  ['are you a bot?', /handwritten rules/u],
  ['write me a python function', /model/u],
  ['translate this into French: hello', /model/u],
  ['what is the capital of Peru', /no facts/u],
  ['should I stop taking my medication?', /cannot advise/u],
  ['2+2', /model/u],
  ['you are useless', /limited/u],
  ['bonjour, je suis triste', /English and Spanish/u],
  ['привет', /English and Spanish/u],
  ['asdfgh', /make that out/u],
  ['😢', /sad face/u],
  ['thanks', /welcome/u],
  ['I passed my exam!', /possible/u],
];
for (const [message, expected] of asked) {
  test(`“${message}” is answered for what it is`, () => {
    assert.match(last('en', 'hi', message), expected);
  });
}

test('the same message again and again gets different answers', () => {
  const answers = talk(
    'en',
    Array.from({ length: 5 }, () => 'my boss is mean'),
  );
  assert.equal(new Set(answers).size, 5);
});

test('a long message is answered for what is in it', () => {
  const letter = `My mother is ill and my boss shouts at me. ${'I do what I can all day. '.repeat(20)}`;
  assert.match(last('en', 'hi', letter), /your family, work and your health/u);
});

test('it answers in the language of the message when that is clearly the other one', () => {
  assert.match(first('hello, how are you?', 'es'), /offline companion/u);
  assert.match(first('hola, ¿cómo estás?', 'en'), /sin conexión/u);
  assert.match(last('en', 'hola, estoy triste', 'ok'), /escucho/u);
});

// What it remembers of messages that it has read.

test('a conversation whose messages come again as the same objects gets the replies of one read anew', () => {
  const step = fc.record({ said: SAID, by: fc.constantFrom('companion', 'model', 'nobody') });
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 16 }),
      fc.constantFrom('es', 'en'),
      fc.nat(6),
      (steps, locale, dropped) => {
        const messages: Message[] = [];
        for (const { said, by } of steps) {
          messages.push({ role: 'user', content: said });
          // A conversation that outgrows its budget loses its oldest messages.
          const handed = messages.slice(messages.length > 10 ? dropped : 0);
          const answer = COMPANION.reply({ messages: handed, locale });
          const anew = handed.map((message) => ({ ...message }));
          assert.equal(COMPANION.reply({ messages: anew, locale }), answer);
          if (by === 'companion') messages.push({ role: 'assistant', content: answer });
          if (by === 'model') messages.push({ role: 'assistant', content: `I see. ${said}` });
        }
      },
    ),
    { seed: SEED, numRuns: 300 },
  );
});

test('a message object that gets another text is read again', () => {
  const message: { role: 'user'; content: string } = { role: 'user', content: 'hello' };
  assert.doesNotMatch(COMPANION.reply({ messages: [message], locale: 'en' }), /112/u);
  message.content = 'I want to die';
  assert.match(COMPANION.reply({ messages: [message], locale: 'en' }), /112/u);
});

// Where it points to.

test('helplines that are given replace the built-in ones of their language', () => {
  const lines = [{ place: 'Uruguay', contact: '0800 0767' }];
  const companion = createCompanion({ helplines: { es: { emergency: '911', lines, violence: [] } } });
  const answer = talkTo(companion).first('quiero morir', 'es');
  assert.match(answer, /Uruguay 0800 0767/u);
  assert.doesNotMatch(answer, /024/u);
  assert.match(talkTo(companion).first('mi marido me pega', 'es'), /Uruguay 0800 0767/u);
  assert.match(talkTo(companion).first('I want to die', 'en'), /988/u);
});
