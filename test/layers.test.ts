/**
 * The layers of the server: each folder imports only from folders below it, types included. What stands in
 * one row may know each other, as long as no two folders know each other both ways.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOfProject, isPath, isTest, resolved, type Import } from './support/imports.ts';

/** From the top down. */
const LAYERS: readonly (readonly string[])[] = [
  ['.'],
  ['net'],
  ['protocol'],
  ['operations'],
  ['batches', 'webhooks'],
  ['jobs'],
  ['summaries'],
  ['chat'],
  ['rationing'],
  ['models'],
  ['companion'],
  ['usage'],
  ['sign-on'],
  ['identity', 'conversations', 'credits', 'images', 'artifacts', 'teams'],
  ['ledger', 'witness', 'uploads', 'outbound', 'documents', 'attachments'],
  ['store'],
  ['observability'],
  ['config', 'support'],
];

/** They put the server together, and stand beside the folders. */
const COMPOSITION = [
  'server/alert-services.ts',
  'server/batch-services.ts',
  'server/conversation-services.ts',
  'server/data-directory.ts',
  'server/data-sweeps.ts',
  'server/job-services.ts',
  'server/main.ts',
  'server/money-services.ts',
  'server/open-listener.ts',
  'server/route-settings.ts',
  'server/server.ts',
  'server/summary-services.ts',
  'server/telemetry-services.ts',
  'server/usage-services.ts',
  'server/webhook-services.ts',
];

const IMPORTS = importsOfProject();
const OF_SERVER = IMPORTS.filter(({ source: { path }, target }) => {
  return path.startsWith('server/') && !isTest(path) && isPath(target);
});

test('every folder of the server has its layer', () => {
  const folders = new Set(IMPORTS.flatMap(({ source: { path } }) => folderOf(path) ?? []));
  assert.deepEqual([...folders].sort(), LAYERS.flat().sort());
});

test('beside the folders stand only the files that put the server together', () => {
  const files = new Set(IMPORTS.map(({ source: { path } }) => path).filter((path) => folderOf(path) === '.'));
  assert.deepEqual(
    [...files].filter((path) => !isTest(path)),
    COMPOSITION,
  );
});

test('a folder of the server imports only what stands below it', () => {
  assertNone(
    OF_SERVER.filter((one) => {
      const [from, to] = foldersOf(one);
      return to !== undefined && from !== to && rank(to) < rank(from);
    }),
  );
});

test('folders of one layer know each other one way at most', () => {
  const pairs = new Set(OF_SERVER.map((one) => foldersOf(one).join(' → ')));
  const both = [...pairs].filter((pair) => {
    const [from = '', to = ''] = pair.split(' → ');
    return from < to && pairs.has(`${to} → ${from}`);
  });
  assert.deepEqual(both, []);
});

test('no file imports itself by a detour, imports of types included', () => {
  const graph = new Map<string, Set<string>>();
  for (const { source, target } of IMPORTS) {
    if (!isPath(target)) continue;
    const to = graph.get(source.path) ?? new Set();
    graph.set(source.path, to.add(resolved(source.path, target)));
  }
  assert.deepEqual(
    [...graph.keys()].flatMap((path) => cycleFrom(graph, path) ?? []),
    [],
  );
});

test('a handler touches neither sockets nor what stands behind the seams', () => {
  const closed = ['server/net/', 'server/protocol/', 'server/ledger/', 'server/store/', 'server/witness/'];
  assertNone(
    IMPORTS.filter(({ source: { path }, target }) => {
      if (!path.startsWith('server/operations/handlers/') || isTest(path)) return false;
      if (!isPath(target)) return ['node:net', 'node:tls', 'node:http', 'node:sqlite'].includes(target);
      return closed.some((folder) => resolved(path, target).startsWith(folder));
    }),
  );
});

/** `.` for what stands beside the folders; undefined for what is not of the server. */
function folderOf(path: string): string | undefined {
  const [part, folder, ...rest] = path.split('/');
  if (part !== 'server') return undefined;
  return rest.length === 0 ? '.' : folder;
}

function foldersOf({ source, target }: Import): [string, string | undefined] {
  return [folderOf(source.path) ?? '', folderOf(resolved(source.path, target))];
}

function rank(folder: string): number {
  return LAYERS.findIndex((row) => row.includes(folder));
}

function assertNone(faults: readonly Import[]): void {
  const lines = faults.map(({ source, line, target }) => `${source.path}:${line} ${target}`);
  assert.ok(lines.length === 0, `${lines.length} faults:\n${lines.join('\n')}`);
}

/** The way from a file back to itself, if there is one. */
function cycleFrom(graph: ReadonlyMap<string, ReadonlySet<string>>, start: string): string | undefined {
  const cameFrom = new Map<string, string>();
  const open = [start];
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    for (const next of graph.get(path) ?? []) {
      if (next === start) return wayBack(path, cameFrom, start);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      open.push(next);
    }
  }
  return undefined;
}

function wayBack(last: string, cameFrom: ReadonlyMap<string, string>, start: string): string {
  const way = [start];
  for (let path: string | undefined = last; path !== undefined && path !== start; path = cameFrom.get(path)) {
    way.unshift(path);
  }
  return [start, ...way].join(' → ');
}
