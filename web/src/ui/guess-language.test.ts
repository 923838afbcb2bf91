import assert from 'node:assert/strict';
import { it } from 'node:test';
import { guessLanguage } from './guess-language.ts';

it('tells English from Spanish, and says nothing when the words do not tell', () => {
  assert.equal(guessLanguage('What would you like to talk about?'), 'en');
  assert.equal(guessLanguage('¿De qué te gustaría hablar?'), 'es');
  assert.equal(guessLanguage('No sé por dónde empezar con todo lo que hay.'), 'es');
  assert.equal(guessLanguage('42'), undefined);
  assert.equal(guessLanguage('```js'), undefined);
});
