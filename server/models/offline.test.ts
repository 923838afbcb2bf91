import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../shared/clock.ts';
import { LlmError, type LlmRequest } from './model-client.ts';
import { OfflineProvider, OFFLINE_MODEL, piecesOf, type Companion } from './offline.ts';

const SEED = 20_261;
const COMPANION: Companion = {
  reply: ({ messages, locale }) => `${locale}: ${messages.at(-1)?.content}`,
};

function request(signal: AbortSignal): LlmRequest {
  const messages = [{ role: 'user', content: 'hola mundo' }] as const;
  return { model: OFFLINE_MODEL, messages, maxOutputTokens: 10, trace: 'Usuario-1:m1', locale: 'es', signal };
}

test('the first piece comes at once, each other after its pause, then an end without counts', async () => {
  const clock = new ManualClock();
  const provider = new OfflineProvider({ companion: COMPANION, clock, pieceDelayMs: 15 });
  const chunks = provider.stream(request(new AbortController().signal));
  assert.deepEqual((await chunks.next()).value, { type: 'delta', text: 'es: ' });
  for (const text of ['hola ', 'mundo']) {
    const next = chunks.next();
    let came = false;
    void next.then(() => (came = true));
    clock.advance(14);
    await Promise.resolve();
    assert.equal(came, false);
    clock.advance(1);
    assert.deepEqual((await next).value, { type: 'delta', text });
  }
  assert.deepEqual((await chunks.next()).value, { type: 'end', finishReason: 'stop' });
});

test('an abort ends the pause at once', async () => {
  const leave = new AbortController();
  const provider = new OfflineProvider({ companion: COMPANION, clock: new ManualClock() });
  const chunks = provider.stream(request(leave.signal));
  await chunks.next();
  const next = chunks.next();
  leave.abort();
  await assert.rejects(next, (error) => error instanceof LlmError && error.kind === 'aborted');
});

test('without a pause no timer is needed, and an aborted call says nothing', async () => {
  const provider = new OfflineProvider({ companion: COMPANION, clock: new ManualClock(), pieceDelayMs: 0 });
  const texts: string[] = [];
  for await (const chunk of provider.stream(request(new AbortController().signal))) {
    if (chunk.type === 'delta') texts.push(chunk.text);
  }
  assert.equal(texts.join(''), 'es: hola mundo');
  await assert.rejects(provider.stream(request(AbortSignal.abort())).next(), LlmError);
  assert.deepEqual(await provider.models(), [{ name: OFFLINE_MODEL }]);
});

test(`the pieces join to the text exactly (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(piecesOf(text).join(''), text);
    }),
    { seed: SEED },
  );
  assert.deepEqual(piecesOf('Hola, ¿qué tal?\n\nBien.'), ['Hola, ', '¿qué ', 'tal?\n\n', 'Bien.']);
});
