import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseMessage } from './message.ts';

describe('parseMessage', () => {
  it('reads notifications, results, errors and the last line', () => {
    assert.deepEqual(parseMessage('{"method":"chat.delta","params":{"seq":3,"text":"a"}}'), {
      type: 'notification',
      method: 'chat.delta',
      params: { seq: 3, text: 'a' },
      seq: 3,
    });
    assert.deepEqual(parseMessage('{"id":1,"result":{"seq":4}}'), {
      type: 'response',
      id: 1,
      outcome: { ok: true, result: { seq: 4 } },
      seq: 4,
    });
    const data = { reason: 'rate_limited', retryAfterMs: 900, seq: 5, values: { seconds: 1, odd: {} } };
    assert.deepEqual(parseMessage(JSON.stringify({ id: 'a', error: { code: 4101, message: 'm', data } })), {
      type: 'response',
      id: 'a',
      outcome: {
        ok: false,
        failure: { reason: 'rate_limited', message: 'm', values: { seconds: 1 }, retryAfterMs: 900 },
      },
      seq: 5,
    });
    const closing = {
      id: null,
      error: { code: 4105, message: '', data: { reason: 'draining', closing: true } },
    };
    assert.equal(parseMessage(JSON.stringify(closing))?.type, 'closing');
  });

  it('keeps a reason that only a newer server knows, and takes what is no key for a failure of it', () => {
    const reasons = { from_tomorrow: 'from_tomorrow', disconnected: 'internal', 'no key': 'internal' };
    for (const [said, expected] of Object.entries(reasons)) {
      const error = { message: 'its own words', data: { reason: said } };
      const message = parseMessage(JSON.stringify({ id: 1, error }));
      assert.ok(message?.type === 'response' && !message.outcome.ok);
      assert.deepEqual(message.outcome.failure, { reason: expected, message: 'its own words', values: {} });
    }
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"id":1,"error":${json}}`),
        ),
        (line) => {
          parseMessage(line);
        },
      ),
    );
  });
});
