import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ManualClock } from '../../../shared/clock.ts';
import { HiloError } from '../../../shared/errors.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { LiveSessions } from '../../identity/live-sessions.ts';
import { newTestCall, newTestSession } from '../../protocol/session.fixture.ts';
import { SessionRegistry } from '../../protocol/session-registry.ts';
import { sessionHandlers } from './session.ts';

const unused = () => Promise.reject(new Error('Nobody should ask'));

test('a refused key is told with the name of its session alone, a good one is not', async () => {
  const refused: unknown[][] = [];
  const handlers = sessionHandlers({
    registry: new SessionRegistry({ clock: new ManualClock(), randomBytes, limits: LIMITS }),
    guests: { admit: unused, find: unused },
    hub: { join: () => {} },
    conversations: { newestOf: unused, owns: unused },
    people: { authenticate: () => Promise.reject(new HiloError('auth_failed')) },
    liveSessions: new LiveSessions(),
    adminKey: { matches: (key) => key === 'right' },
    onAuthFailed: (...words) => refused.push(words),
  });
  const call = newTestCall(newTestSession(3));
  await assert.rejects(async () => handlers['session.authenticate']({ key: 'wrong' }, call), {
    key: 'auth_failed',
  });
  assert.deepEqual(refused, [['Usuario-3']]);
  assert.deepEqual(await handlers['session.authenticate']({ key: 'right' }, call), { access: 'admin' });
  assert.equal(refused.length, 1);
});
