import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERRORS, errorText, type ErrorKey } from '../../../shared/errors.ts';
import { LOCALES } from '../../../shared/locale.ts';
import { amountText, costText, duration, failureText, translator, UI_TEXTS } from './i18n.ts';

describe('texts', () => {
  it('fill their values, and keep a number with its unit', () => {
    assert.equal(translator(UI_TEXTS, 'es')('time.minutes', { minutes: 3 }), '3\u00A0min');
    assert.equal(duration('en', 59), '59\u00A0s');
    assert.equal(duration('en', 61), '2\u00A0min');
  });

  it('write amounts as each language does', () => {
    assert.equal(amountText('en', 19_980), '19,980');
    assert.equal(amountText('es', 19_980), '19.980');
    assert.equal(amountText('en', 1_250_000, true), '1.3M');
    assert.equal(costText('es', 0), 'Sin costo');
    assert.equal(costText('en', 1), '1 credit');
    assert.equal(costText('en', 1_200), '1,200 credits');
  });

  it('tell every failure in every language, as a sentence without a hole', () => {
    for (const locale of LOCALES) {
      for (const key of Object.keys(ERRORS) as (keyof typeof ERRORS)[]) {
        assert.match(failureText(locale, key, {}, errorText(key, locale)), /^\p{Lu}[^{}]+[.!?…]$/u, key);
      }
    }
  });

  it('let the server speak where they do not know the failure, whatever it is called', () => {
    const told = 'No seats left; try again';
    assert.equal(failureText('en', 'constructor' as ErrorKey, {}, told), 'No seats left; try again.');
    assert.equal(failureText('en', 'constructor' as ErrorKey, {}), failureText('en', 'internal', {}));
  });
});
