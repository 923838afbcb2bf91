import assert from 'node:assert/strict';
import { it } from 'node:test';
import { translator } from '../ui/i18n.ts';
import { PEOPLE_TEXTS } from './people-texts.ts';
import { statementWords } from './statement-words.ts';

it('says in each language what Hilo has given, and leaves the words of people as they are', () => {
  const told = (row: Record<string, string>) =>
    (['en', 'es'] as const).map((locale) => {
      const { what, more } = statementWords(row, translator(PEOPLE_TEXTS, locale));
      return `${what} ${more}`.trim();
    });
  assert.deepEqual(told({ type: 'grant', reason: 'gift' }), ['Free credits', 'Créditos de regalo']);
  assert.deepEqual(told({ type: 'grant', reason: 'sign-up' }), [
    'Free credits for a new account',
    'Créditos de regalo por abrir la cuenta',
  ]);
  assert.deepEqual(told({ type: 'grant', reason: 'prize' }), ['Granted prize', 'Abono prize']);
  assert.deepEqual(told({ type: 'charge', model: 'qwen' }), ['Message qwen', 'Mensaje qwen']);
  assert.deepEqual(told({ type: 'charge', model: 'companion' }), [
    'Message offline companion',
    'Mensaje acompañante sin conexión',
  ]);
  assert.deepEqual(told({ type: 'erase', reason: 'on request' }), ['Texts erased', 'Textos borrados']);
  assert.deepEqual(told({ type: 'unheard of' }), ['Entry', 'Movimiento']);
});
