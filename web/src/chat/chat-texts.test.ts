import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERRORS } from '../../../shared/errors.ts';
import { LOCALES } from '../../../shared/locale.ts';
import { translator } from '../ui/i18n.ts';
import { CHAT_TEXTS, closeText, queueText } from './chat-texts.ts';
import { PROOF_EN } from './texts/proof-en.ts';
import { PROOF_ES } from './texts/proof-es.ts';

const EN: Readonly<Record<string, string>> = { ...CHAT_TEXTS.en, ...PROOF_EN };
const ES: Readonly<Record<string, string>> = { ...CHAT_TEXTS.es, ...PROOF_ES };

describe('the texts of the conversation', () => {
  it('have the same placeholders in each language', () => {
    for (const [key, text] of Object.entries(EN)) {
      assert.deepEqual(placeholders(ES[key] ?? ''), placeholders(text), key);
    }
  });

  it('fill their values', () => {
    const t = translator(CHAT_TEXTS, 'es');
    assert.equal(t('connection.waiting', { seconds: 3 }), 'Reconexión en 3\u00A0s');
    assert.equal(queueText('en', { perPlaceMs: undefined }, 3), 'Third in line, about 20\u00A0s');
    assert.equal(queueText('es', { perPlaceMs: undefined }, 12), 'Puesto 12 en la fila, unos 2\u00A0min');
  });

  it('never promise more than was proved', () => {
    const all = [...Object.values(EN), ...Object.values(ES)].join('\n');
    assert.doesNotMatch(all, /tamper.?proof|a prueba de manipulaciones|inviolable/i);
  });

  it('tell every end of a connection in every language, as a sentence without a hole', () => {
    for (const locale of LOCALES) {
      for (const key of Object.keys(ERRORS) as (keyof typeof ERRORS)[]) {
        assert.match(closeText(locale, key), /^\p{Lu}[^{}]+[.!?…]$/u, key);
      }
    }
  });
});

function placeholders(text: string): ReadonlySet<string | undefined> {
  return new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
}
