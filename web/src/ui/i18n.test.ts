import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERRORS } from '../../../shared/errors.ts';
import { LOCALES } from '../../../shared/locale.ts';
import { amountText, closeText, costText, duration, failureText, queueText, translate } from './i18n.ts';
import { EN } from './texts/en.ts';
import { PROOF_EN } from './texts/proof-en.ts';
import { PROOF_ES } from './texts/proof-es.ts';
import { ES } from './texts/es.ts';

describe('texts', () => {
  it('have the same placeholders in each language', () => {
    for (const [key, text] of Object.entries(EN)) {
      assert.deepEqual(placeholders(ES[key as keyof typeof EN]), placeholders(text), key);
    }
    for (const [key, text] of Object.entries(PROOF_EN)) {
      assert.deepEqual(placeholders(PROOF_ES[key as keyof typeof PROOF_EN]), placeholders(text), key);
    }
  });

  it('fill their values', () => {
    assert.equal(translate('es', 'connection.waiting', { seconds: 3 }), 'Reconexión en 3\u00A0s');
    assert.equal(duration('en', 59), '59\u00A0s');
    assert.equal(duration('en', 61), '2\u00A0min');
    assert.equal(queueText('en', { perPlaceMs: undefined }, 3), 'Third in line, about 20\u00A0s');
    assert.equal(queueText('es', { perPlaceMs: undefined }, 12), 'Puesto 12 en la fila, unos 2\u00A0min');
  });

  it('write amounts as each language does', () => {
    assert.equal(amountText('en', 19_980), '19,980');
    assert.equal(amountText('es', 19_980), '19.980');
    assert.equal(amountText('en', 1_250_000, true), '1.3M');
    assert.equal(costText('es', 0), 'Sin costo');
    assert.equal(costText('en', 1), '1 credit');
    assert.equal(costText('en', 1_200), '1,200 credits');
  });

  it('never promise more than was proved', () => {
    const all = [EN, ES, PROOF_EN, PROOF_ES].flatMap((texts) => Object.values(texts)).join('\n');
    assert.doesNotMatch(all, /tamper.?proof|a prueba de manipulaciones|inviolable/i);
  });

  it('tell every failure in every language, as a sentence without a hole', () => {
    for (const locale of LOCALES) {
      for (const key of Object.keys(ERRORS) as (keyof typeof ERRORS)[]) {
        const text = failureText(locale, key, {});
        assert.match(text, /^\p{Lu}[^{}]+[.!?…]$/u, key);
        assert.match(closeText(locale, key), /^\p{Lu}[^{}]+[.!?…]$/u, key);
      }
    }
  });
});

function placeholders(text: string): ReadonlySet<string | undefined> {
  return new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
}
