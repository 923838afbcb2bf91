/** What a reader may count on in every file. Each rule lists all its faults, as `path:line what`. */
import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import {
  isNode,
  lineOf,
  projectFiles,
  ROOT,
  sources,
  walk,
  type ProjectFile,
  type Source,
  type SyntaxNode,
} from './support/source-files.ts';

const FUNCTION_LINES_MAX = 70;
const FILE_LINES_MAX = 400;
const COLUMNS_MAX = 110;

const FILES = projectFiles();
const SOURCES = sources();
/** Written by people: not the lock file, not recorded test data. */
const WRITTEN = FILES.filter(({ path }) => path !== 'package-lock.json' && !path.includes('/fixtures/'));

test(`no function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
  const functions = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
  assertNoFaults(SOURCES, (source) =>
    nodes(source, functions).flatMap((node) => {
      const lines = lineOf(source, node.end) - lineOf(source, node.start) + 1;
      return lines > FUNCTION_LINES_MAX ? [at(source, node.start, `a function of ${lines} lines`)] : [];
    }),
  );
});

test(`no source is longer than ${FILE_LINES_MAX} lines`, () => {
  assertNoFaults(WRITTEN.filter(isCode), (file) => {
    const lines = file.text.trimEnd().split('\n').length;
    return lines > FILE_LINES_MAX ? [`${file.path} has ${lines} lines`] : [];
  });
});

test(`no line of code is wider than ${COLUMNS_MAX} columns`, () => {
  assertNoFaults(WRITTEN.filter(isCode), (file) =>
    file.text.split('\n').flatMap((line, index) => {
      const columns = Array.from(line).length;
      return columns > COLUMNS_MAX ? [`${file.path}:${index + 1} ${columns} columns`] : [];
    }),
  );
});

test('names of files and folders are words in lower case with hyphens between them', () => {
  const fixed = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'Dockerfile', 'deploy/Caddyfile'];
  const name = /^\.?[a-z\d]+(?:[-.][a-z\d]+)*$/;
  assertNoFaults(FILES, ({ path }) =>
    fixed.includes(path) || path.split('/').every((part) => name.test(part)) ? [] : [path],
  );
});

test('nothing is left to be done later', () => {
  // The words that the test looks for: they stand here as a pattern, not as work that was left.
  const words = /\b(?:TODO|FIXME|XXX|HACK)\b/;
  const others = WRITTEN.filter(({ path }) => !/\.tsx?$/.test(path));
  assertNoFaults(SOURCES, (source) => commentsWith(source, words));
  assertNoFaults(others, ({ path, text }) => (words.test(text) ? [path] : []));
});

test('no check is switched off', () => {
  const switches = /@ts-(?:ignore|expect-error|nocheck)|(?:eslint|oxlint)-disable|prettier-ignore|c8 ignore/;
  assertNoFaults(SOURCES, (source) => [
    ...commentsWith(source, switches),
    ...nodes(source, ['TSAnyKeyword']).map((node) => at(source, node.start, 'any')),
    ...nodes(source, ['TSNonNullExpression']).map((node) => at(source, node.start, 'an assertion with !')),
  ]);
});

test('every test runs', () => {
  const switches = ['skip', 'only', 'todo'];
  assertNoFaults(SOURCES.filter(isTest), (source) =>
    nodes(source, ['CallExpression'])
      .filter((call) => /^(?:test|it|describe|suite)\b/.test(calleeOf(source, call)))
      .flatMap((call) => {
        const [, member = ''] = calleeOf(source, call).split('.');
        const used = [member, ...optionsOf(call)].filter((name) => switches.includes(name));
        return used.map((name) => at(source, call.start, name));
      }),
  );
});

test('nothing names a place on the machine where it was written', () => {
  const homes = /(?:\/home\/|\/Users\/|\/root\/|[A-Z]:\\Users\\)\w/;
  // A short path such as /app says nothing of whose machine it is.
  const places = [ROOT, homedir()].filter((path) => path.split('/').length > 2);
  assertNoFaults(WRITTEN, ({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        homes.test(line) || places.some((place) => line.includes(place)) ? [`${path}:${index + 1}`] : [],
      ),
  );
});

test('the lock file leaves the choice of the registry to whoever installs', () => {
  assertNoFaults(
    FILES.filter(({ path }) => path === 'package-lock.json'),
    ({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) => (/^\s*"resolved": /.test(line) ? [`${path}:${index + 1}${line}`] : [])),
  );
});

test('the lock file names the optional packages of every platform, or npm ci refuses it', () => {
  const { packages } = JSON.parse(FILES.find(({ path }) => path === 'package-lock.json')?.text ?? '') as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
    ),
  );
  assert.deepEqual(missing, []);
});

function assertNoFaults<File>(files: readonly File[], faultsOf: (file: File) => string[]): void {
  const faults = files.flatMap(faultsOf);
  assert.ok(faults.length === 0, `${faults.length} faults:\n${faults.join('\n')}`);
}

function at(file: ProjectFile, offset: number, what: string): string {
  return `${file.path}:${lineOf(file, offset)} ${what}`;
}

function isCode({ path }: ProjectFile): boolean {
  return /\.(?:ts|tsx|css|html|sh|yml|yaml|service)$/.test(path) || path === 'Dockerfile';
}

function isTest({ path }: ProjectFile): boolean {
  return /\.test\.tsx?$/.test(path);
}

function nodes(source: Source, types: readonly string[]): SyntaxNode[] {
  return [...walk(source.program)].filter((node) => types.includes(node.type));
}

function commentsWith(source: Source, pattern: RegExp): string[] {
  return source.comments
    .filter(({ value }) => pattern.test(value))
    .map(({ start }) => at(source, start, 'in a comment'));
}

/** `test`, `test.skip`, `t.test` and the like, as written. */
function calleeOf({ text }: Source, call: SyntaxNode): string {
  const callee = call['callee'];
  return isNode(callee) ? text.slice(callee.start, callee.end) : '';
}

/** The names in an options object among the arguments. */
function optionsOf(call: SyntaxNode): string[] {
  const objects = (call['arguments'] as readonly SyntaxNode[]).filter(
    ({ type }) => type === 'ObjectExpression',
  );
  const properties = objects.flatMap((object) => object['properties'] as readonly SyntaxNode[]);
  return properties.flatMap(({ key }) =>
    isNode(key) && typeof key['name'] === 'string' ? [key['name']] : [],
  );
}
