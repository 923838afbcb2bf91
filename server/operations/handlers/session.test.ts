import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ManualClock } from '../../../shared/clock.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { Call } from '../call.ts';
import { Session } from '../../protocol/session.ts';
import { SessionRegistry } from '../../protocol/session-registry.ts';
import { sessionHandlers } from './session.ts';

test('a refused key is told with the name of its session alone, a good one is not', () => {
  const refused: unknown[][] = [];
  const handlers = sessionHandlers({
    registry: new SessionRegistry({ clock: new ManualClock(), randomBytes, limits: LIMITS }),
    adminKey: { matches: (key) => key === 'right' },
    onAuthFailed: (...words) => refused.push(words),
  });
  const session = new Session(3, 'epoch', 'en', LIMITS);
  const call: Call = {
    session,
    requestId: 1,
    signal: new AbortController().signal,
    traced: () => {},
    supersede: () => {},
    authenticated: () => {},
    adopt: () => {},
  };
  assert.throws(() => handlers['session.authenticate']({ key: 'wrong' }, call), { key: 'auth_failed' });
  assert.deepEqual(refused, [['Usuario-3']]);
  assert.deepEqual(handlers['session.authenticate']({ key: 'right' }, call), { access: 'admin' });
  assert.equal(refused.length, 1);
});
