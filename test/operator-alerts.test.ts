/** Alerts to the operator: a real receiver, and a clock that the test drives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { openAlerts, type AlertParts } from '../server/alert-services.ts';
import { readServerConfig } from '../server/config/config.ts';
import { createLog } from '../server/observability/log.ts';
import { ALERT_LIMITS } from '../server/webhooks/limits.ts';
import { EnvironmentError } from '../shared/environment.ts';
import { ManualClock } from '../shared/clock.ts';
import { WebhookReceiver, type Received } from './support/webhook-receiver.ts';
import { until } from './support/until.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const HOUR_MS = 3_600_000;
type BreakerListener = Parameters<AlertParts['routes']['onBreakerState']>[0];

function open(receiver: WebhookReceiver) {
  const clock = new ManualClock(1_800_000_000_000);
  const world = { isOpen: true, isInconsistent: false, spent: 500 };
  let tell: BreakerListener = () => {};
  const parts = {
    config: readServerConfig({
      ALERT_WEBHOOK_URL: receiver.url,
      ALERT_WEBHOOK_SECRET: SECRET,
      ALERT_CREDITS_PER_HOUR: '100',
      WEBHOOKS_ALLOW_HTTP: 'true',
      OUTBOUND_ALLOW: receiver.host,
      DATA_DIR: '/nowhere/that/exists',
    }),
    clock,
    random: () => 0,
    log: createLog({ level: 'silent', name: 'test', isTerminal: false, reports: undefined }),
    data: {
      isOpen: () => world.isOpen,
      ledger: {
        get totals() {
          return { revenue: world.spent };
        },
      },
    },
    routes: {
      onBreakerState(listener: BreakerListener) {
        tell = listener;
        return () => {};
      },
    },
    witness: { status: () => [{ name: 'w1', isInconsistent: world.isInconsistent }] },
  } as unknown as AlertParts;
  const alerts = openAlerts(parts);
  assert.ok(alerts);
  const breaker = (state: 'open' | 'closed' | 'half_open') => tell({ id: 'local' } as never, state);
  const look = () => clock.advance(ALERT_LIMITS.lookMs);
  return { clock, world, breaker, look, close: () => alerts.close() };
}

/** Lets time pass until it is so. */
function passing(step: () => boolean): Promise<boolean> {
  return until(
    () => Promise.resolve(step()),
    (isSo) => isSo,
  );
}

interface Told {
  readonly type: string;
  readonly data: { kind: string; subject?: string; since: string; until?: string; numbers: object };
}

function verified({ headers, body }: Received): Told {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = headers;
  const signed = new Webhook(SECRET).sign(String(id), new Date(Number(at) * 1_000), body);
  assert.equal(signature, signed);
  return JSON.parse(body) as Told;
}

test('each alert is told once when it begins and once when it ends, with its numbers', async () => {
  using receiver = await WebhookReceiver.start();
  const { world, breaker, look, close } = open(receiver);
  breaker('open');
  breaker('half_open');
  breaker('open');
  const first = verified(await receiver.request(1));
  assert.deepEqual([first.type, first.data.kind, first.data.subject], ['alert.begun', 'route_down', 'local']);
  breaker('closed');
  const second = verified(await receiver.request(2));
  assert.equal(second.type, 'alert.ended');
  assert.ok(second.data.until);
  Object.assign(world, { isOpen: false, isInconsistent: true, spent: 600 });
  look();
  const told = [await receiver.request(3), await receiver.request(4), await receiver.request(5)].map(
    verified,
  );
  assert.deepEqual(told.map(({ data }) => data.kind).toSorted(), [
    'ledger_stopped',
    'spending_high',
    'witness_alarm',
  ]);
  const spending = told.find(({ data }) => data.kind === 'spending_high');
  assert.deepEqual(spending?.data.numbers, { spent: 100, limit: 100 });
  await close();
  assert.equal(receiver.received.length, 5);
});

test('what comes and goes is told at most once in the quiet time', async () => {
  using receiver = await WebhookReceiver.start();
  const { world, breaker, look, close } = open(receiver);
  breaker('open');
  await receiver.request(1);
  breaker('closed');
  await receiver.request(2);
  breaker('open');
  for (let time = 0; time < 50; time += 1) {
    breaker('closed');
    breaker('open');
  }
  // The route comes before the ledger, if it is due.
  world.isOpen = false;
  look();
  assert.equal(verified(await receiver.request(3)).data.kind, 'ledger_stopped');
  await close();
});

test('a receiver that fails for an hour gets few tries, then the beginning and the end', async () => {
  using receiver = await WebhookReceiver.start();
  const { clock, breaker, close } = open(receiver);
  const end = clock.now() + HOUR_MS;
  receiver.answer = (response) => void response.writeHead(500).end();
  breaker('open');
  await passing(() => {
    clock.advance(60_000);
    return clock.now() >= end && receiver.received.length > 2;
  });
  assert.ok(receiver.received.length <= 30, `${receiver.received.length} tries`);
  breaker('closed');
  receiver.answer = (response) => void response.writeHead(204).end();
  const ended = () => receiver.received.some((one) => verified(one).type === 'alert.ended');
  await passing(() => {
    clock.advance(60_000);
    return ended();
  });
  const ids = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
  assert.equal(ids.size, 2, 'One id for the beginning in all its tries, one for the end');
  await close();
});

test('a redirect is not followed, and a receiver that stalls is given up', async () => {
  using receiver = await WebhookReceiver.start();
  const { clock, breaker, close } = open(receiver);
  receiver.answer = (response, { path }) => {
    if (path === '/hook') response.writeHead(302, { location: '/inside' }).end();
  };
  breaker('open');
  await receiver.request(1);
  receiver.answer = () => {};
  const reaches = (count: number) =>
    passing(() => {
      clock.advance(5_000);
      return receiver.received.length >= count;
    });
  await reaches(2);
  await reaches(3);
  assert.ok(receiver.received.every(({ path }) => path === '/hook'));
  await close();
});

test('a receiver without a secret is a fault of the settings; without a receiver nothing is told', () => {
  assert.throws(() => readServerConfig({ ALERT_WEBHOOK_URL: 'https://example.org/' }), EnvironmentError);
  assert.equal(openAlerts({ config: readServerConfig({}) } as AlertParts), undefined);
});
