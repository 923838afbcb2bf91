/** `hilo webhook` and `hilo submit --webhook` against a running server. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { EXIT_FAILED, EXIT_USAGE, type Command } from '../cli/command.ts';
import { submitCommand } from '../cli/jobs/submit-command.ts';
import { webhookCommand } from '../cli/webhook/webhook-command.ts';
import type { WebhookDelivery } from '../shared/operations/webhook-shapes.ts';
import { connectAs, PASSWORD, register } from './support/people.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';
import { until } from './support/until.ts';
import { WebhookReceiver } from './support/webhook-receiver.ts';

function runOn(server: { readonly port: number }, userKey: string) {
  return async (command: Command, args: readonly string[], { key = userKey, stdin = '' } = {}) => {
    let out = '';
    let err = '';
    const code = await command(args, {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
      stdin: Readable.from([stdin]) as NodeJS.ReadStream,
      env: { APP_PORT: String(server.port), HILO_KEY: key },
    });
    return { code, out, err };
  };
}

test('a secret by the password, a job with a webhook, and what came of it', async () => {
  using receiver = await WebhookReceiver.start();
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { WEBHOOKS_ALLOW_HTTP: 'true', OUTBOUND_ALLOW: receiver.host },
  });
  const person = await register(server);
  const run = runOn(server, person.accessToken);
  const unsigned = await run(submitCommand, ['hello', '--webhook', receiver.url]);
  assert.equal(unsigned.code, EXIT_FAILED);
  const made = await run(webhookCommand, ['secret', person.email], { key: '', stdin: `${PASSWORD}\n` });
  assert.deepEqual([made.code, made.err], [0, '']);
  assert.match(made.out, /^whsec_\S+\n$/);
  const submitted = await run(submitCommand, ['hello', '--webhook', receiver.url]);
  assert.equal(submitted.code, 0, submitted.err);
  const { headers, body } = await receiver.request(1);
  const told = new Webhook(made.out.trim()).verify(body, headers as Record<string, string>);
  assert.equal((told as { type: string }).type, 'job.done');
  const delivered = await until(
    () => run(webhookCommand, ['list']),
    ({ out }) => out.startsWith('delivered'),
  );
  assert.match(delivered.out, new RegExp(`^delivered  ${receiver.url}  [0-9a-f-]+  204\n$`));
  const { deliveries } = JSON.parse((await run(webhookCommand, ['list', '--json', '-n', '5'])).out) as {
    deliveries: WebhookDelivery[];
  };
  assert.deepEqual(
    deliveries.map(({ url, status }) => [url, status]),
    [[receiver.url, 'delivered']],
  );
  const again = await run(webhookCommand, ['secret', person.email, '--json'], { stdin: PASSWORD });
  const { secret, previousUntil } = JSON.parse(again.out) as { secret: string; previousUntil?: string };
  assert.notEqual(secret, made.out.trim());
  assert.ok(previousUntil !== undefined);
});

test('neither a guest nor a wrong password comes through, and no login stays behind', async () => {
  await using server = await startTestServer();
  const person = await register(server);
  const run = runOn(server, person.accessToken);
  const guest = await run(webhookCommand, ['list'], { key: '' });
  assert.deepEqual([guest.code, guest.out], [EXIT_FAILED, '']);
  assert.match(guest.err, /needs a key/);
  const wrong = await run(webhookCommand, ['secret', person.email], { stdin: 'another sentence\n' });
  assert.deepEqual([wrong.code, wrong.out], [EXIT_FAILED, '']);
  assert.equal((await run(webhookCommand, ['secret', person.email], { stdin: PASSWORD })).code, 0);
  using client = await connectAs(server, person);
  const { logins } = await client.call('auth.logins');
  assert.equal((logins as unknown[]).length, 1);
});

test('what it cannot understand shows how it is used', async () => {
  const run = runOn({ port: 1 }, '');
  const wrong = [[], ['frob'], ['secret'], ['list', 'more'], ['list', '-n', '0'], ['secret', 'a', '-n', '2']];
  for (const args of wrong) {
    const { code, err } = await run(webhookCommand, args);
    assert.equal(code, EXIT_USAGE, args.join(' '));
    assert.match(err, /^Usage: hilo webhook/);
  }
  assert.equal((await run(webhookCommand, ['--help'])).code, 0);
});
