import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { FREE } from '../credits/price-table.ts';
import type { ModelClient } from './model-client.ts';
import { RouteTable, type RouteOptions } from './route-table.ts';
import type { RouteAccess } from '../../shared/model-route.ts';

const client = { provider: 'openai' } as ModelClient;

function tableOf(routes: readonly (readonly [string, RouteAccess, ...string[]])[], defaults: string[]) {
  const terms: Omit<RouteOptions, 'id' | 'access' | 'fallbacks'> = {
    upstream: 'one',
    model: 'm',
    price: FREE,
    capabilities: ['chat'],
    contextTokens: 2,
    maxOutputTokens: 1,
    timeouts: { firstTokenMs: 1, betweenTokensMs: 1, answerMs: 1 },
  };
  return new RouteTable({
    upstreams: [{ id: 'one', slots: 1, client, isProbed: false }],
    routes: [
      ...routes.map(([id, access, ...fallbacks]) => ({ ...terms, id, access, fallbacks })),
      { ...terms, id: 'embedder', access: 'everyone', fallbacks: [], capabilities: ['embed'] },
    ],
    defaults,
    passOverMissing: false,
    companion: undefined,
    clock: new ManualClock(),
    random: () => 0.5,
    maxRetries: 0,
    backoffInitialMs: 1,
  });
}

test('a route is for those whom its access names, and looks to others as if it were not there', () => {
  const table = tableOf(
    [
      ['free', 'everyone'],
      ['good', 'users', 'free'],
      ['best', 'admins', 'good', 'free'],
    ],
    ['best', 'good', 'free'],
  );
  const seen = (access: 'anonymous' | 'user' | 'admin') =>
    table.resolve(undefined, access).map(({ id }) => id);
  assert.deepEqual(
    [seen('anonymous'), seen('user'), seen('admin')],
    [['free'], ['good', 'free'], ['best', 'good', 'free']],
  );
  assert.throws(() => table.resolve('good', 'anonymous'), { key: 'not_found' });
  assert.throws(() => table.resolve('best', 'user'), { key: 'not_found' });
  assert.deepEqual(
    table.list('user').map(({ id }) => id),
    ['free', 'good', 'embedder'],
  );
});

test('nobody falls back on a route that they may not use', () => {
  const table = tableOf(
    [
      ['free', 'everyone', 'best'],
      ['best', 'admins'],
    ],
    ['free'],
  );
  assert.deepEqual(table.resolve('free', 'anonymous').length, 1);
  assert.deepEqual(table.resolve('free', 'admin').length, 2);
});

test('a model that cannot chat is no route for messages', () => {
  const table = tableOf([['best', 'admins']], ['best']);
  assert.throws(() => table.resolve('embedder', 'admin'), { key: 'not_found' });
  assert.throws(() => table.resolve(undefined, 'anonymous'), { key: 'not_found' });
});
