/**
 * The image and its composition, as far as files can tell: what the Dockerfile copies is put together in a
 * folder with the packages of production alone, and what it runs is run there.
 */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { GATEWAY_LIMITS } from '../gateway/limits.ts';
import { readGatewayConfig } from '../gateway/config.ts';
import { readServerConfig, SERVER_VARIABLES } from '../server/config/config.ts';
import { LIMITS } from '../shared/limits.ts';
import { ROOT } from './support/source-files.ts';

const run = promisify(execFile);

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

interface Stage {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

const STAGES = readStages(readText('Dockerfile'));
const COMPOSE = readText('docker-compose.yml');
const IGNORE_RULES = readText('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const SERVER = readServerConfig({});
const GATEWAY = readGatewayConfig({});
/** For the processes to end once their connections are closed. */
const SPARE_MS = 2_000;
const READY_MS_MAX = 20_000;

test('what the image copies is there, and reaches the builder', () => {
  for (const { word, rest } of STAGES.flatMap(({ instructions }) => instructions)) {
    if (word !== 'COPY' || rest.startsWith('--from=')) continue;
    for (const source of rest.split(' ').slice(0, -1)) {
      assert.ok(existsSync(join(ROOT, source)), source);
      assert.ok(isInContext(source), `${source} is kept out by .dockerignore`);
    }
  }
  for (const path of [
    '.env',
    'data/keys/admin.key',
    '.git/config',
    'test/docker.test.ts',
    'server/config/config.test.ts',
  ]) {
    assert.ok(!isInContext(path), `${path} reaches the builder`);
  }
});

test('the image runs without root, on the Node that the project pins', () => {
  const last = STAGES.at(-1);
  assert.equal(valueOf(last, 'USER'), 'node');
  const { devDependencies } = JSON.parse(readText('package.json')) as { devDependencies: { node: string } };
  const major = /\d+/.exec(devDependencies.node)?.[0];
  assert.equal(valueOf(STAGES[0], 'FROM'), `node:${major}-slim AS base`);
  assert.deepEqual(
    STAGES.map(({ name }) => name),
    ['base', 'page', 'packages', ''],
  );
});

test('ports and settings of image and composition are those of the schemas', () => {
  assert.equal(valueOf(STAGES.at(-1), 'EXPOSE'), `${SERVER.APP_PORT} ${GATEWAY.WS_PORT}`);
  const variables = [...Object.keys(GATEWAY), ...SERVER_VARIABLES];
  const names = Object.keys({
    ...environmentOfImage(),
    ...environmentOf('server'),
    ...environmentOf('gateway'),
  });
  assert.deepEqual(
    names.filter((name) => name !== 'NODE_ENV' && !variables.includes(name)),
    [],
  );
  const { OLLAMA_HOST, ...server } = environmentOf('server');
  assert.ok(OLLAMA_HOST);
  const { APP_PORT, APP_PROXY_HOST, APP_PROXY_PORT, METRICS_PORT } = readServerConfig(server);
  // Within the composition the gateway is another container; the image alone runs both processes.
  assert.equal(APP_PROXY_HOST, '0.0.0.0');
  assert.equal(readServerConfig(environmentOfImage()).APP_PROXY_HOST, '127.0.0.1');
  assert.deepEqual(
    { APP_PORT, APP_PROXY_PORT, METRICS_PORT },
    pick(SERVER, ['APP_PORT', 'APP_PROXY_PORT', 'METRICS_PORT']),
  );
  const gateway = readGatewayConfig(environmentOf('gateway'));
  assert.deepEqual([gateway.WS_PORT, gateway.TCP_PORT], [GATEWAY.WS_PORT, APP_PROXY_PORT]);
  assert.match(COMPOSE, new RegExp(`^  ${gateway.TCP_HOST}:$`, 'm'));
  const published = [...COMPOSE.matchAll(/ports: \['(.*?)'\]/g)].map(([, value]) => value);
  const here = '${PUBLISH_HOST:-127.0.0.1}';
  assert.deepEqual(published, [
    `${here}:${APP_PORT}:${APP_PORT}`,
    `${here}:${gateway.WS_PORT}:${gateway.WS_PORT}`,
    // Of Caddy, which is there for everybody, and only with its profile.
    "80:80', '443:443",
  ]);
});

test('a container gets the time that its process needs to end in order', () => {
  const seconds = (service: string) => Number(/stop_grace_period: (\d+)s/.exec(block(service))?.[1]);
  assert.ok(seconds('server') * 1_000 > LIMITS.drainMs + LIMITS.closeGraceMs);
  const gatewayMs = GATEWAY.GATEWAY_DRAIN_SECONDS * 1_000 + LIMITS.drainMs + GATEWAY_LIMITS.closeMs;
  assert.ok(seconds('gateway') * 1_000 > gatewayMs);
  // The image by itself, which `docker stop` kills after 10 s.
  const { LIMIT_DRAIN_MS, GATEWAY_DRAIN_SECONDS } = environmentOfImage();
  const imageMs =
    Number(LIMIT_DRAIN_MS) + LIMITS.closeGraceMs + Number(GATEWAY_DRAIN_SECONDS) * 1_000 + SPARE_MS;
  assert.ok(imageMs <= 10_000);
  assert.equal(environmentOf('server')['LIMIT_DRAIN_MS'], String(LIMITS.drainMs));
  assert.equal(environmentOf('gateway')['GATEWAY_DRAIN_SECONDS'], String(GATEWAY.GATEWAY_DRAIN_SECONDS));
  const unit = readText('deploy/hilo.service');
  assert.ok(Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1]) * 1_000 > LIMITS.drainMs + gatewayMs);
});

test('a start may take as long as it needs, and wrong settings do not restart', () => {
  assert.match(valueOf(STAGES.at(-1), 'HEALTHCHECK'), /--start-period=10m /);
  assert.match(block('server'), /start_period: \$\{HEALTH_START_PERIOD:-10m\}/);
  for (const [file, user, code] of [
    ['deploy/hilo.service', 'hilo', 2],
    ['deploy/hilo-witness.service', 'hilo-witness', 3],
  ] as const) {
    const unit = readText(file);
    assert.match(unit, new RegExp(`^RestartPreventExitStatus=${code}$`, 'm'));
    assert.match(unit, new RegExp(`^User=${user}$`, 'm'));
    assert.match(unit, new RegExp(`useradd .* ${user}$`, 'm'));
    assert.match(unit, /^\[Install\]\nWantedBy=multi-user\.target$/m);
  }
});

test('the page can be built from what its stage copies', async (t) => {
  const folder = await assembled(t, 'page');
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await run('npm', ['run', 'build'], { cwd: folder });
  assert.ok(existsSync(join(folder, 'web/dist/index.html')));
});

test('everything that a container runs works in the image', async (t) => {
  const folder = await assembled(t, '');
  await linkProductionPackages(join(folder, 'node_modules'));
  const environment = {
    ...process.env,
    ...environmentOfImage(),
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    DATA_DIR: join(folder, 'data'),
    LLM_PROVIDER: 'offline',
    APP_PORT: '0',
    APP_PROXY_PORT: '0',
    METRICS_PORT: '0',
    WS_PORT: '0',
    APP_HOST: '127.0.0.1',
    GATEWAY_HOST: '127.0.0.1',
    METRICS_HOST: '127.0.0.1',
  };
  const options = { cwd: folder, env: environment };
  const [serverCommand, gatewayCommand] = [commandOf('server'), commandOf('gateway')];
  const server = await started(t, serverCommand, options);
  const tcp = { TCP_PORT: String(server.ready['proxyPort']) };
  const gateway = await started(t, gatewayCommand, { ...options, env: { ...environment, ...tcp } });
  const [node = '', ...args] = JSON.parse(healthCommand()) as string[];
  const port = String(gateway.ready['port']);
  await run(node, args, { ...options, env: { ...environment, WS_PORT: port } });
  await assert.rejects(run(node, args, { ...options, env: { ...environment, WS_PORT: '1' } }));
  const serverCheck = /fetch\('http:\S+healthz'\)\S+/.exec(block('server'))?.[0] ?? '';
  await run('node', ['-e', serverCheck.replace('9464', String(server.ready['metricsPort']))], options);
  await assert.rejects(run('node', ['-e', serverCheck.replace('9464', '1')], options));
  for (const { child } of [gateway, server]) await ended(child);
  const { stdout } = await run('./hilo', ['help'], options);
  assert.match(stdout, /hilo up/);
  assert.deepEqual(JSON.parse(valueOf(STAGES.at(-1), 'CMD')), ['./hilo', 'up']);
});

function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function readStages(text: string): Stage[] {
  const stages: { name: string; instructions: Instruction[] }[] = [];
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  for (const line of lines.filter((each) => each !== '')) {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'FROM') stages.push({ name: / AS (\w+)/.exec(line)?.[1] ?? '', instructions: [] });
    stages.at(-1)?.instructions.push({ word, rest: rest.join(' ') });
  }
  return stages;
}

function valueOf(stage: Stage | undefined, word: string): string {
  return stage?.instructions.find((instruction) => instruction.word === word)?.rest ?? '';
}

function healthCommand(): string {
  return /CMD (.*)$/.exec(valueOf(STAGES.at(-1), 'HEALTHCHECK'))?.[1] ?? '';
}

function environmentOfImage(): Record<string, string> {
  const words = valueOf(STAGES.at(-1), 'ENV').split(' ');
  return Object.fromEntries(words.map((word) => word.split('=') as [string, string]));
}

/** The lines of one service of the composition. */
function block(service: string): string {
  return new RegExp(`^  ${service}:\\n((?:(?: {4}.*)?\\n)+)`, 'm').exec(COMPOSE)?.[1] ?? '';
}

/** Where the operator sets nothing. */
function environmentOf(service: string): Record<string, string> {
  const lines = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(block(service))?.[1] ?? '';
  return Object.fromEntries(
    [...lines.matchAll(/^ {6}([A-Z_]+): (.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value.replace(/^\$\{\w+:-(.*)\}$/, '$1'),
    ]),
  );
}

function commandOf(service: string): string[] {
  const list = /^ {4}command: (\[.*\])$/m.exec(block(service))?.[1] ?? '[]';
  return JSON.parse(list.replaceAll("'", '"')) as string[];
}

/** The last rule that fits decides, as Docker reads the file. */
function isInContext(path: string): boolean {
  let isIn = true;
  for (const rule of IGNORE_RULES) {
    const pattern = dotless(rule.replace('!', ''));
    if (matchesGlob(dotless(path), `${pattern}{,/**}`)) isIn = rule.startsWith('!');
  }
  return isIn;
}

/** For Docker a star also stands for names that begin with a dot. */
function dotless(path: string): string {
  return path.replaceAll(/(^|\/)\./g, '$1dot-');
}

/** A folder with what a stage copies from the project, as `.dockerignore` lets it through. */
async function assembled(t: TestContext, stageName: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-image-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const stage = STAGES.find(({ name }) => name === stageName);
  for (const { word, rest } of stage?.instructions ?? []) {
    if (word !== 'COPY' || rest.startsWith('--from=')) continue;
    const sources = rest.split(' ').slice(0, -1);
    for (const source of sources) {
      const filter = (path: string) => path === join(ROOT, source) || isInContext(relative(ROOT, path));
      await cp(join(ROOT, source), join(folder, source), { recursive: true, filter });
    }
  }
  return folder;
}

async function linkProductionPackages(folder: string): Promise<void> {
  const { packages } = JSON.parse(readText('package-lock.json')) as LockFile;
  for (const [path, { dev }] of Object.entries(packages)) {
    const name = path.replace('node_modules/', '');
    if (path === '' || dev || name.includes('node_modules/') || !existsSync(join(ROOT, path))) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await symlink(join(ROOT, path), join(folder, name));
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly ready: Readonly<Record<string, unknown>>;
}

async function started(
  t: TestContext,
  [program = '', ...args]: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Started> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  t.after(() => child.kill('SIGKILL'));
  const signal = AbortSignal.timeout(READY_MS_MAX);
  const [message] = (await once(child, 'message', { signal })) as [{ ready: Record<string, unknown> }];
  return { child, ready: message.ready };
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 0);
}

function pick<Value extends object, Name extends keyof Value>(
  value: Value,
  names: readonly Name[],
): Pick<Value, Name> {
  return Object.fromEntries(names.map((name) => [name, value[name]])) as Pick<Value, Name>;
}
