/** Which part may know which, imports that only name types included. The layers: layers.test.ts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { importsOfProject, isPath, isTest, resolved, type Import } from './support/imports.ts';
import { ROOT } from './support/source-files.ts';

const PROCESSES = ['server', 'gateway', 'web', 'loadtest', 'cli'];

/** Where the packages that the product is made of do their work. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  ws: ['gateway/upgrade.ts', 'gateway/websocket-bridge.ts'],
  undici: ['server/models/upstream.ts', 'server/outbound/outbound-http.ts'],
  'eventsource-parser': ['server/models/sse-parser.ts'],
  pino: ['server/observability/log.ts', 'gateway/log.ts'],
  zod: ['shared/environment.ts', 'shared/define-operation.ts'],
  dotenv: ['shared/environment-file.ts'],
  'ollama/browser': ['server/models/ollama.ts', 'server/models/ollama-request.ts'],
  'p-limit': ['server/rationing/local-model-slots.ts'],
  'lru-cache': ['server/net/admission.ts'],
};

const IMPORTS = importsOfProject();
const RUNTIME_GRAPH = runtimeGraph();
const PACKAGES = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

test('server, gateway, web, loadtest and cli import shared and themselves, never each other', () => {
  assertNone(
    IMPORTS.filter(({ source, target }) => {
      const from = folderOf(source.path);
      if (!PROCESSES.includes(from) || !isPath(target)) return false;
      return ![from, 'shared'].includes(folderOf(resolved(source.path, target)));
    }),
  );
});

test('server/companion has one entry file, and imports nothing but itself and what Node has built in', () => {
  const folder = 'server/companion/';
  assertNone(
    IMPORTS.filter((one) => {
      const isInside = one.source.path.startsWith(folder);
      if (!isPath(one.target)) return isInside && isOfProduct(one) && packageOf(one.target) !== undefined;
      const path = resolved(one.source.path, one.target);
      return isInside ? !path.startsWith(folder) : path.startsWith(folder) && path !== `${folder}index.ts`;
    }),
  );
});

test('shared imports zod, dotenv, what Node has built in, and itself', () => {
  assertNone(
    IMPORTS.filter(({ source, target }) => {
      if (folderOf(source.path) !== 'shared' || isTest(source.path)) return false;
      if (isPath(target)) return folderOf(resolved(source.path, target)) !== 'shared';
      return !['zod', 'dotenv'].includes(target) && !target.startsWith('node:');
    }),
  );
});

test('what the page runs touches nothing that only Node has', () => {
  const reached = new Set(['web/src/main.tsx']);
  for (const path of reached) for (const next of RUNTIME_GRAPH.get(path) ?? []) reached.add(next);
  assert.ok([...reached].some((path) => folderOf(path) === 'shared'));
  assertNone(
    IMPORTS.filter(({ source, target, isType }) => {
      return reached.has(source.path) && !isType && target.startsWith('node:');
    }),
  );
});

test('in web/src, no page imports another; pages stand on ui, and ui on connection', () => {
  assertNone(
    IMPORTS.filter(({ source, target }) => {
      const from = roomOf(source.path);
      if (from === undefined || !isPath(target)) return false;
      const to = roomOf(resolved(source.path, target));
      // The shell and the root know the pages; nobody knows them.
      if (to === undefined) return folderOf(resolved(source.path, target)) === 'web';
      if (to === from) return false;
      return from === 'connection' || !(to === 'connection' || (to === 'ui' && from !== 'ui'));
    }),
  );
  const rooms = new Set(IMPORTS.flatMap(({ source }) => roomOf(source.path) ?? []));
  for (const room of ['ui', 'connection', 'chat']) assert.ok(rooms.has(room), room);
});

test('each package of the product is imported where it belongs', () => {
  const missing = Object.entries(PLACES).flatMap(([name, paths]) =>
    paths
      .filter((path) => !IMPORTS.some(({ source, target }) => source.path === path && target === name))
      .map((path) => `${path} does not import ${name}`),
  );
  assert.deepEqual(missing, []);
});

test('what runs in production is installed in production, and nothing more', () => {
  const used = new Set(IMPORTS.filter(isOfProduct).flatMap(({ target }) => packageOf(target) ?? []));
  assert.deepEqual([...used].sort(), Object.keys(PACKAGES.dependencies).sort());
});

test('every import of a package names one that package.json lists', () => {
  const listed = { ...PACKAGES.dependencies, ...PACKAGES.devDependencies };
  assertNone(IMPORTS.filter(({ target }) => !Object.hasOwn(listed, packageOf(target) ?? 'zod')));
});

function assertNone(faults: readonly Import[]): void {
  const lines = faults.map(({ source, line, target }) => `${source.path}:${line} ${target}`);
  assert.ok(lines.length === 0, `${lines.length} faults:\n${lines.join('\n')}`);
}

/** The page is built before it is served, so its packages are not needed at run time. */
function isOfProduct({ source: { path } }: Import): boolean {
  return !['test', 'web'].includes(folderOf(path)) && !isTest(path);
}

function folderOf(path: string): string {
  return path.split('/')[0] ?? '';
}

/** The folder directly below `web/src`. */
function roomOf(path: string): string | undefined {
  return /^web\/src\/([^/]+)\//.exec(path)?.[1];
}

/** Undefined for paths and for what Node has built in. */
function packageOf(target: string): string | undefined {
  if (isPath(target) || target.startsWith('node:')) return undefined;
  const [scope = '', name] = target.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

function runtimeGraph(): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const { source, target, isType } of IMPORTS) {
    if (isType || !isPath(target)) continue;
    graph.set(source.path, [...(graph.get(source.path) ?? []), resolved(source.path, target)]);
  }
  return graph;
}
