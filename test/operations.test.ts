/** The table of operations is sound, and every face says the same of it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import type { Operation } from '../shared/define-operation.ts';
import { ERRORS, type ErrorKey } from '../shared/errors.ts';
import { LOCALES } from '../shared/locale.ts';
import { SHAPES } from '../shared/operations/common.ts';
import { FACE_COMMANDS } from '../shared/operations/operations-list.ts';
import { OPERATION_LIST, OPERATIONS } from '../shared/operations/index.ts';
import { LineClient } from './support/line-client.ts';
import { metric } from './support/metrics.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

/** May happen to any operation. `internal` may happen to none. */
const GENERAL: readonly ErrorKey[] = ['invalid_params', 'auth_required', 'forbidden'];

let server: Awaited<ReturnType<typeof startTestServer>>;

before(async () => {
  server = await startTestServer({ providers: providersOf(new EchoProvider()) });
});

after(() => server.drain());

/** With an e-mail `/login` is one operation, with a key another. */
const SHARED_COMMANDS = ['login'];

test('names and commands are unique, and each operation stands under its name', () => {
  for (const [name, operation] of Object.entries(OPERATIONS)) assert.equal(operation.name, name);
  const commands = OPERATION_LIST.flatMap(({ text, commands: more = [] }) =>
    [...(text ? [text] : []), ...more].map(({ command }) => command),
  );
  const own = commands.filter((command) => !SHARED_COMMANDS.includes(command));
  const all = [...own, ...SHARED_COMMANDS, ...FACE_COMMANDS.map(({ usage }) => usage.replace(/^\//, ''))];
  assert.equal(new Set(all).size, all.length);
});

for (const operation of OPERATION_LIST) {
  const { name, text, examples, errors, summary, effect, events } = operation;

  test(`${name} is described: both languages, arguments that exist, examples that fit`, () => {
    for (const locale of LOCALES) assert.ok(summary[locale].length > 0);
    assert.notEqual(summary.en, summary.es);
    const fields = Object.keys(z.toJSONSchema(operation.input, { io: 'input' })['properties'] ?? {});
    for (const form of [...(text ? [text] : []), ...(operation.commands ?? [])]) {
      const secrets = 'secrets' in form ? (form.secrets ?? []) : [];
      for (const secret of secrets) assert.ok(fields.includes(secret.name), secret.name);
      for (const arg of form.args) assert.ok(fields.includes(arg.replace('...', '')), arg);
    }
    for (const { given, summary: each } of operation.commands ?? []) {
      for (const name of Object.keys(given)) assert.ok(fields.includes(name), name);
      for (const locale of LOCALES) assert.ok(each[locale].length > 0);
    }
    assert.ok(examples.length > 0);
    for (const example of examples) {
      operation.input.parse(example.input);
      const output = operation.output.parse(example.output);
      for (const locale of LOCALES) assert.equal(typeof (text?.render(output, locale) ?? ''), 'string');
    }
    for (const key of errors) assert.ok(Object.hasOwn(ERRORS, key));
    assert.equal(effect === 'stream', events !== undefined);
  });

  test(`${name}: its examples give the same on every face`, async () => {
    for (const { input } of examples) {
      const spoken = await overJson(operation, input as Record<string, unknown>);
      assert.notEqual(spoken.reason, 'internal');
      if (spoken.reason !== undefined)
        assert.ok([...GENERAL, ...errors].includes(spoken.reason), spoken.reason);
      const line = asCommand(operation, input as Record<string, unknown>);
      if (line !== undefined) assert.equal(await overText(line), inText(operation, spoken));
    }
  });
}

test('what an input must look like is told in words, never as a pattern', () => {
  const shapes = new Set(Object.values(SHAPES).map(({ pattern }) => pattern.source));
  const patterns = Object.values(OPERATIONS).flatMap(({ input }) => [
    ...JSON.stringify(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })).matchAll(
      /"pattern":("(?:[^"\\]|\\.)*")/g,
    ),
  ]);
  const sources = patterns.map(([, pattern = '""']) => JSON.parse(pattern) as string);
  assert.ok(sources.length > 0);
  assert.deepEqual(
    sources.filter((source) => !shapes.has(source)),
    [],
  );
});

test('every operation was run', async () => {
  const text = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
  for (const { name } of OPERATION_LIST) assert.ok(text.includes(`operation="${name}"`), name);
  assert.equal(await metric(server.metricsPort, 'hilo_refusals_total{key="internal"}'), 0);
});

interface Spoken {
  readonly result?: Record<string, unknown> | undefined;
  readonly reason?: ErrorKey | undefined;
}

async function overJson({ name }: Operation, input: Record<string, unknown>): Promise<Spoken> {
  using rpc = await RpcClient.open(server.port);
  const { result, error } = await rpc.response(rpc.send(name, input));
  return { result, reason: error?.data['reason'] as ErrorKey | undefined };
}

/** Undefined when the text face cannot say this input. */
function asCommand({ text }: Operation, input: Record<string, unknown>): string | undefined {
  if (!text) return undefined;
  const names = text.args.map((arg) => arg.replace('...', ''));
  if (Object.keys(input).some((name) => !names.includes(name))) return undefined;
  const words = names.flatMap((name) => (name in input ? [String(input[name])] : []));
  return ['/' + text.command, ...words].join(' ');
}

/** What comes after the greeting. */
async function overText(line: string): Promise<string> {
  using client = await LineClient.open(server.port);
  client.send(`/lang en\n${line}\n`);
  client.end();
  await client.until('English from here on.\n');
  // Blank lines before it find out whether the client is still there, when the answer takes a while. [P-5]
  return comparable((await client.rest()).replace(/^\n+/, ''));
}

function inText(operation: Operation, { result, reason }: Spoken): string {
  if (reason !== undefined) return `FAIL ${operation.text?.command} ${reason}`;
  const streamed = operation.effect === 'stream' ? `${String(result?.['text'])}\n` : '';
  return comparable(`${streamed}${operation.text?.render(operation.output.parse(result), 'en')}\n`);
}

/** Times, counters and names differ from one connection to the next; the text of a failure is not judged. */
function comparable(text: string): string {
  return text
    .replace(/^(FAIL \S+ \S+):[^\n]*\n$/, '$1')
    .replaceAll(/guest:[\w-]+/g, 'guest')
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, 'ID')
    .replaceAll(/\d+/g, 'N')
    .replaceAll(/anon:[\w:]+/g, 'anon');
}
