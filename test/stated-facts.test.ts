/** Numbers, exit codes, error keys and defaults that the pages under docs/ state are those of the code. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { EXIT_FAILED, EXIT_USAGE } from '../cli/command.ts';
import { exitCodes } from '../cli/ledger/io.ts';
import { readGatewayConfig } from '../gateway/config.ts';
import { GATEWAY_LIMITS } from '../gateway/limits.ts';
import { TEXTS } from '../gateway/texts.ts';
import { GATEWAY_VARIABLES } from '../gateway/config.ts';
import { readServerConfig, SERVER_VARIABLES } from '../server/config/config.ts';
import { SETTING_TEXTS } from '../server/config/setting-texts.ts';
import { ERRORS } from '../shared/errors.ts';
import { EXIT_SETTINGS } from '../shared/exit-codes.ts';
import { LIMITS } from '../shared/limits.ts';
import { PATH_VARIABLES } from '../shared/process-settings.ts';
import { GENERATED } from './support/markdown.ts';
import { ALERT_KINDS } from '../server/webhooks/operator-alerts.ts';
import { exampleVariables } from './support/example-environment.ts';
import { PROCESS_ENVIRONMENT } from './support/processes.ts';
import { projectFiles, ROOT } from './support/source-files.ts';

const CODE_BLOCK = /^( *)```[^]*?^\1```$/gm;

/** Written by hand; without blocks, which test/documents.test.ts runs. */
const PAGES = projectFiles()
  .filter(({ path, text }) => /^(?:README\.md|docs\/[\w-]+\.md)$/.test(path) && !text.startsWith(GENERATED))
  .map(({ path, text }) => ({ path, text: text.replaceAll(CODE_BLOCK, '').replaceAll(/\s+/g, ' ') }));

test('every error that a page names exists', () => {
  // Members of the APIs of others have names of the same form.
  const pages = PAGES.filter(({ path }) => !['docs/clients.md', 'README.md'].includes(path));
  const known = new Set([...Object.keys(ERRORS), ...Object.keys(TEXTS), ...ALERT_KINDS, ...OTHER_WORDS]);
  const unknown = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].flatMap(([, word = '']) =>
      known.has(word) || /^(?:hilo|process)_/.test(word) ? [] : [`${path}: ${word}`],
    ),
  );
  assert.deepEqual(unknown, []);
});

test('every variable that a page names is a setting, or one of another program', () => {
  const known = new Set([...exampleVariables().map(({ name }) => name), ...Object.keys(SETTING_TEXTS)]);
  const unknown = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/`([A-Z][A-Z\d]*(?:_[A-Z\d]+)+)(?:=[^`]*)?`/g)].flatMap(([, name = '']) =>
      known.has(name) || OTHER_VARIABLES.test(name) ? [] : [`${path}: ${name}`],
    ),
  );
  assert.deepEqual(unknown, []);
});

test('the value in parentheses behind a setting is its default', () => {
  const defaults: Record<string, unknown> = { ...readGatewayConfig({}), ...serverDefaults() };
  const stated = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/`([A-Z][A-Z\d]*(?:_[A-Z\d]+)+)` \((\d[\d,.]*)(?: [^)]*)?\)/g)].map(
      ([, name = '', value = '']) => ({ path, name, value: value.replaceAll(',', '') }),
    ),
  );
  assert.ok(stated.length >= 5);
  for (const { path, name, value } of stated) assert.equal(value, String(defaults[name]), `${path}: ${name}`);
});

test('the settings in the README have their true defaults', () => {
  const defaults: Record<string, unknown> = { ...readGatewayConfig({}), ...serverDefaults() };
  const readme = projectFiles().find(({ path }) => path === 'README.md')?.text ?? '';
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` *\| (?:`([^`]*)`)? *\|/gm)];
  assert.ok(rows.length >= 10);
  for (const [, name = '', value] of rows) assert.equal(value, defaults[name]?.toString(), name);
});

test('exit codes are those of the programs', () => {
  assert.deepEqual([EXIT_FAILED, EXIT_SETTINGS, EXIT_USAGE], [1, 2, 3]);
  assert.deepEqual(exitCodes, { verified: 0, bad: 1, unwitnessed: 2, usage: 3 });
  const stated = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/.{0,60}\bcode (\d)\b/g)].map(([words, code]) => [path, words, Number(code)]),
  );
  const wrong = stated.filter(
    ([, words, code]) =>
      !EXIT_STATEMENTS.some(([pattern, true_]) => pattern.test(String(words)) && true_ === code),
  );
  assert.deepEqual(wrong, []);
});

for (const [path, sentences] of Object.entries(stated())) {
  test(`${path} states ${sentences.length} limits as they are`, () => {
    const text = PAGES.find((page) => page.path === path)?.text ?? '';
    for (const sentence of sentences) assert.ok(text.includes(sentence), sentence);
  });
}

test('every command of ./hilo that a page names exists', async () => {
  const usage = async (...args: string[]) =>
    (await promisify(execFile)(join(ROOT, 'hilo'), args, { env: PROCESS_ENVIRONMENT })).stdout;
  const usages: Readonly<Record<string, string>> = {
    '': await usage('help'),
    ledger: await usage('ledger', 'help'),
    user: await usage('user', 'help'),
    witness: await usage('witness', '--help'),
  };
  const named = PAGES.flatMap(({ path, text }) =>
    [...text.matchAll(/`(?:\.\/)?hilo ([a-z]+)(?: ([a-z]+))?[ `]/g)].map(
      ([, word = '', next]) => [path, word, next] as const,
    ),
  );
  assert.ok(named.length >= 20);
  for (const [path, word, next] of named) {
    assert.match(usages[''] ?? '', new RegExp(`^ {2}hilo ${word}\\b`, 'm'), path);
    const more = usages[word];
    if (next !== undefined && next !== 'help' && more !== undefined)
      assert.match(more, new RegExp(`\\b${next}\\b`), path);
  }
});

test('settings that are paths are relative to the file that they stand in', () => {
  const paths = [...new Set([...SERVER_VARIABLES, ...GATEWAY_VARIABLES])].filter((name) =>
    /_(?:FILE|DIR)$/.test(name),
  );
  assert.deepEqual(PATH_VARIABLES.toSorted(), paths.toSorted());
});

/** Reasons, diagnoses and names of other programs, which have the form of error keys. */
const OTHER_WORDS = [
  'api_key',
  'costo_tokens',
  'wrong_key',
  'wrong_address',
  'context_too_small',
  'out_of_credit',
  'out_of_memory',
  'tool_calls',
  'only_thought',
  'thought_too_long',
  'server_stalled',
  'ping_flood',
  'node_modules',
  'stop_grace_period',
  'proxy_set_header',
  'pg_dump',
  'access_denied',
  'file_data',
  'image_url',
  'input_file',
  'parentbased_always_on',
  'always_on',
  'always_off',
  'output_tokens',
];

const OTHER_VARIABLES = new RegExp(
  [
    '^(?:CHROMIUM_PATH|FIREFOX_PATH|HILO_KEY|CLOUD_KEY)$',
    '^(?:PUBLISH_HOST|CONTAINER_OLLAMA_HOST|HEALTH_START_PERIOD|OLLAMA_NUM_PARALLEL)$',
    '^(?:ANTHROPIC|CLAUDE_CODE)_',
    '^(?:HTTPS?|NO)_PROXY$',
  ].join('|'),
);

/** What a page says right before a code, and the code. */
const EXIT_STATEMENTS: readonly (readonly [RegExp, number])[] = [
  [/names every fault in them at once and ends with code/, EXIT_SETTINGS],
  [/wrong settings \(code/i, EXIT_SETTINGS],
  [/cannot be written it stops with exit code/, exitCodes.bad],
];

function serverDefaults(): Record<string, unknown> {
  const { limits: _, ...config } = readServerConfig({});
  const rows = {
    RATE_MAX_MESSAGES: LIMITS.messagesPerWindow,
    RATE_WINDOW_SECONDS: LIMITS.windowSeconds,
    MAX_IN_FLIGHT: LIMITS.maxInFlight,
  };
  return { ...config, ...rows };
}

/** Sentences of the pages, with the numbers of the tables. */
function stated(): Record<string, string[]> {
  return { 'docs/protocol.md': [...ofLines(), ...ofConnections(), ...ofSessions(), ...ofGateway()] };
}

function ofLines(): string[] {
  const one = LIMITS;
  return [
    `${kib(one.lineBytesMaxText)} on the text face`,
    `and ${kib(one.lineBytesMaxAnonymous)} on the JSON-RPC face`,
    `The ${ordinal(one.overlongLinesMax)} long line ends the connection`,
    `at most ${one.waitingLinesMax} lines or ${kib(one.waitingBytesMax)} wait`,
    `at most ${kib(one.pasteCharactersMax)}. Among the lines`,
    `nested more than ${one.jsonDepthMax} levels deep`,
    `or has more than ${one.jsonMembersMax} members`,
    `At most ${one.pendingRequestsMax} requests may be pending`,
    `${one.messagesPerWindow} messages in any ${one.windowSeconds} s`,
    `and ${one.generationsMax} answers at once (\`too_many_pending\`)`,
    `sends nothing for ${one.sniffMs} ms is taken for a person`,
  ];
}

function ofConnections(): string[] {
  const one = LIMITS;
  const perSecond = (bytes: number, ms: number) => `${size(bytes)}/s, ${ms} ms/s`;
  return [
    `Above ${kib(one.outboxSoftBytes)} of unread output`,
    `goes on below ${kib(one.outboxLowBytes)}`,
    `more than ${kib(one.outboxHardBytes)} are added`,
    `has read nothing for ${seconds(one.writeProgressMs)}`,
    `A closing connection stays open for ${seconds(one.closeGraceMs)}`,
    `may have ${one.addressConnectionsMax} connections at once`,
    `may open ${one.addressConnectsPerSecond} a second after a first burst of ${one.addressConnectsBurst}`,
    `Only when ${one.refusalReserve} other connections are being refused`,
    `There are ${one.commandsPerSecond} a second and a burst of ${one.commandsBurst}`,
    `After ${one.floodSecondsMax} s without a pause`,
    `for each connection (${perSecond(one.inputBytesPerSecond, one.workMsPerSecond)}; with a key `,
    `of an address (${perSecond(one.addressInputBytesPerSecond, one.addressWorkMsPerSecond)})`,
    `within ${seconds(one.textFirstLineMs)} on the text face`,
    `and ${seconds(one.jsonFirstLineMs)} on the JSON-RPC face`,
    `no input for ${one.textIdleMs / 60_000} min ends with \`idle_timeout\``,
    `version 1 or 2, within ${seconds(one.proxyHeaderMs)}`,
    `from ${one.drainReconnectMinMs / 1_000} to ${seconds(one.drainReconnectMaxMs)}`,
    `answers in progress may take ${seconds(one.drainMs)} more`,
  ];
}

function ofSessions(): string[] {
  const one = LIMITS;
  return [
    `Beyond ${kib(one.replayBytesMax)} it drops the oldest`,
    `An answer goes on for ${seconds(one.detachedGenerationMs)} without its client`,
    `A session can be resumed for ${one.detachedSessionMs / 60_000} min`,
    `after ${grouped(one.guestsRememberedMax)} other guests`,
    `${one.addressRequestsMax} requests at once, ${one.addressRequestsPerSecond} a second`,
    `after a first burst of ${one.addressRequestsBurst}`,
  ];
}

function ofGateway(): string[] {
  const one = GATEWAY_LIMITS;
  return [
    `a message above ${kib(one.messageBytesMax)} with 1009`,
    `pings each ${seconds(one.heartbeatMs)} ± ${one.heartbeatJitter * 100} %`,
    `up to ${one.controlFramesPerSecondMax} pings and pongs in a second`,
    `Above ${kib(one.browserBacklogBytesMax)} that the browser has not read`,
    `may have ${one.addressHttpConnectionsMax} connections of plain HTTP`,
    `and ${one.exemptConnectionsReserve} connections are kept for them`,
    `more than ${one.pipelinedRequestsMax} requests before their answers`,
    `an answer of more than ${grouped(one.replayCharactersMax)} characters`,
  ];
}

function kib(bytes: number): string {
  return `${bytes / 1024} KiB`;
}

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? kib(bytes) : `${bytes / 1024 / 1024} MiB`;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}

function ordinal(count: number): string {
  return ['zeroth', 'first', 'second', 'third', 'fourth', 'fifth'][count] ?? `${count}th`;
}
