import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHRASES_FOLDER, readPhrases } from '../phrase-files/read-phrases.ts';
import { EnglishReflection } from './english.ts';

const REFLECTION = new EnglishReflection(readPhrases(PHRASES_FOLDER).en.reflection);

const TABLE: readonly (readonly [string, string])[] = [
  ["my mother doesn't listen to me", "your mother doesn't listen to you"],
  ['I am tired of my job', 'you are tired of your job'],
  ["you don't understand me", "I don't understand you"],
  ['I was sad', 'you were sad'],
  ["I wasn't there", "you weren't there"],
  ['I think you are nice', 'you think I am nice'],
  ["I'm afraid of myself", "you're afraid of yourself"],
  ['I want you to help me', 'you want me to help you'],
  ['are you my friend', 'am I your friend'],
  ['he told me that I was wrong', 'he told you that you were wrong'],
  ["I've lost my keys", "you've lost your keys"],
  ['tell you about my day', 'tell me about your day'],
  ['you were right about me', 'I was right about you'],
  ['i dont like you', 'you dont like me'],
  ['the fault is mine', 'the fault is yours'],
  ['we broke up', 'you broke up'],
];

for (const [said, back] of TABLE) {
  test(`“${said}” comes back from the other side`, () => {
    assert.equal(REFLECTION.reflect(said), back);
  });
}
