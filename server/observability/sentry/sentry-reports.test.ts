import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ManualClock } from '../../../shared/clock.ts';
import { REPORT_LIMITS, SentryReports } from './sentry-reports.ts';

const SECRETS = ['mi secreto', 'sk-live-1234', '203.0.113.9', 'ana@example.org'];
const ID = 'a'.repeat(32);

interface Received {
  readonly path: string;
  readonly body: string;
}

async function startReceiver(context: TestContext, answer?: RequestListener) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ path: request.url ?? '', body });
      if (answer) answer(request, response);
      else response.end(`{"id":"${ID}"}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const clock = new ManualClock(1_700_000_000_000);
  const root = new URL('../../../', import.meta.url).pathname;
  const options = { dsn: `http://key@127.0.0.1:${port}/42`, version: '1.2.3', clock, root, newId: () => ID };
  return { received, clock, reports: new SentryReports(options) };
}

/** An error whose message, cause and fields hold what must not leave. */
function leakyError(): Error {
  const message = `${SECRETS.join(' ')}\n    at mi secreto (/srv/ana@example.org/x.js:1:2)`;
  const error = new TypeError(message, { cause: new Error(SECRETS[0]) });
  return Object.assign(error, { code: 'ECONNRESET', address: SECRETS[2], body: SECRETS[1] });
}

const REPORT = {
  message: 'An operation failed',
  level: 'error',
  operation: 'chat.send',
  trace: 'Usuario-1:m1',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
} as const;

test('an event says what failed and where, by its trace, and nothing of what was said', async (context) => {
  const { received, reports } = await startReceiver(context);
  reports.report({ ...REPORT, error: leakyError() });
  await reports.flush();
  assert.equal(received.length, 1);
  const { path = '', body = '' } = received[0] ?? {};
  assert.match(path, /^\/api\/42\/envelope\/\?/);
  assert.match(path, /sentry_key=key/);
  const [head, item, event = {}] = body
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(head?.['event_id'], ID);
  assert.equal(item?.['type'], 'event');
  assert.deepEqual([event['message'], event['level']], [REPORT.message, 'error']);
  assert.equal(event['release'], 'hilo@1.2.3');
  const { operation, trace, traceId } = REPORT;
  assert.deepEqual(event['tags'], { operation, trace, traceId });
  const { values } = event['exception'] as {
    values: {
      type: string;
      value: string;
      stacktrace: { frames: { filename: string; function: string }[] };
    }[];
  };
  assert.deepEqual([values[0]?.type, values[0]?.value], ['TypeError', 'ECONNRESET']);
  const last = values[0]?.stacktrace.frames.at(-1);
  assert.equal(last?.filename, 'server/observability/sentry/sentry-reports.test.ts');
  assert.equal(last?.function, 'leakyError');
  for (const secret of SECRETS) assert.ok(!body.includes(secret), secret);
});

test('of a failure that comes again and again only some are told in a minute', async (context) => {
  const { received, reports, clock } = await startReceiver(context);
  for (let count = 0; count < REPORT_LIMITS.reportsPerMinute + 20; count += 1) {
    reports.report({ ...REPORT, error: new Error('again') });
    await reports.flush();
  }
  assert.equal(received.length, REPORT_LIMITS.reportsPerMinute);
  clock.advance(60_000);
  reports.report({ ...REPORT, error: new Error('again') });
  await reports.flush();
  assert.equal(received.length, REPORT_LIMITS.reportsPerMinute + 1);
});

test('a receiver that stalls holds up nothing, and one that refuses is borne', async (context) => {
  const stalling = await startReceiver(context, () => {});
  const beganMs = performance.now();
  for (let count = 0; count < 30; count += 1) stalling.reports.report({ ...REPORT, error: 'no error' });
  assert.ok(performance.now() - beganMs < 1_000);
  await stalling.reports.flush();
  assert.ok(performance.now() - beganMs < REPORT_LIMITS.flushMs + 2_000);
  assert.ok(stalling.received.length <= REPORT_LIMITS.waitingMax);
  const refusing = await startReceiver(context, (_, response) => response.writeHead(500).end('garbage'));
  refusing.reports.report({ ...REPORT, error: new Error('x') });
  await refusing.reports.flush();
  assert.equal(refusing.received.length, 1);
});
