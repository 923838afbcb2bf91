/** The mutator itself: which faults it makes, which tests it asks, and what it says of them. */
import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, readFile, readdir, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { acceptedFaults } from './mutants/accepted.ts';
import { choose } from './mutants/choose.ts';
import { faultsOf, withFault, type FaultKind } from './mutants/faults.ts';
import { testsOf } from './mutants/tests-of.ts';
import { tryFaults, type Verdict } from './mutants/trial.ts';
import { importsOfProject } from './support/imports.ts';
import { parsed, projectFiles } from './support/source-files.ts';

/** What each piece of source can become. */
const FAULTS: readonly (readonly [source: string, changes: readonly string[]])[] = [
  ['if (a) b = c;', ['if (!(a)) b = c;', 'if (true) b = c;', 'if (false) b = c;', 'if (a) ;']],
  ['while (!a) b = c;', ['while (a) b = c;', 'while (false) b = c;', 'while (!a) ;']],
  ['const a = b < c;', ['const a = b <= c;']],
  ['const a = b === c;', ['const a = b !== c;']],
  ['const a = b + c * d;', ['const a = b - c * d;', 'const a = b + c / d;']],
  ['const a = `${b}` + c;', []],
  ['a += b;', [';', 'a -= b;']],
  ['let a = b++;', ['let a = b--;']],
  ['a.f();', [';']],
  ['throw a;', [';']],
  ['const a = await b;', ['const a = (b);']],
  ['const a = [true, 1, 2, 100];', ['[false, 1, 2, 100]', '[true, 0, 2, 100]', '[true, 1, 3, 100]', '200]']],
  ["const a = f('name', 'A sentence');", ["const a = f('changed', 'A sentence');"]],
  ['function f() { return a; }', ['function f() { return; }']],
  ['function f() { return; }', ['function f() { ; }']],
  ['const f = () => ({ a });', ['const f = () => undefined;']],
  ['for (const a of b) continue;', ['for (const a of b) ;']],
  ['for (const a of b) break;', ['for (const a of b) ;']],
  ['const a = b ?? c;', ['const a = (b);', 'const a = (c);']],
  ['const a = b.push;', []],
  ['const a = b.at(Math.min(c));', ['const a = b.at(Math.max(c));']],
  ['const a = [...b, c];', ['const a = [...[], c];']],
  ['const a = { ...b };', ['const a = { ...{} };']],
  // What is gone at run time has no faults.
  ["import a from 'a'; export * from 'b'; type A = 'a' | 1;", []],
  ["const a = b as 'c';", []],
  ["const a: 'b' = { b: c };", []],
];

/** Those that the small project is given. */
const ASKED: readonly FaultKind[] = ['comparison', 'return emptied', 'statement removed', 'other end'];

test('a piece of source gets each small fault, and nothing that is only for the compiler', () => {
  for (const [text, expected] of FAULTS) {
    const found = faultsOf(sourceOf(text)).map((fault) => withFault(text, fault));
    assert.equal(found.length, expected.length, `${text}: ${found.join(' | ')}`);
    for (const change of expected)
      assert.ok(
        found.some((each) => each.includes(change)),
        `${text}: ${change}`,
      );
  }
});

test('every fault of the sources of the server leaves a source that can be parsed', () => {
  const files = projectFiles().filter(({ path }) => /^server\/rationing\/[\w-]+\.ts$/.test(path));
  const faults = files.flatMap((file) => faultsOf(parsed(file)).map((fault) => ({ file, fault })));
  assert.ok(faults.length > 100);
  for (const { file, fault } of faults) {
    const text = withFault(file.text, fault);
    assert.notEqual(text, file.text, fault.key);
    assert.doesNotThrow(() => parsed({ path: file.path, text }), fault.key);
  }
});

test('a key names a fault wherever it stands, and no two faults share one', () => {
  const text = 'class A { f() { g(); } }\nfunction f() { g(); g(); }';
  const keys = faultsOf(sourceOf(text)).map(({ key }) => key);
  assert.deepEqual(keys, ['A.f: g(); → ;', 'f: g(); → ;', 'f: g(); → ; (2)']);
  assert.deepEqual(
    faultsOf(sourceOf(`\n\n${text}`)).map(({ key }) => key),
    keys,
  );
});

test('a seed chooses the same faults each time, and another seed others', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const chosen = choose(items, 10, 1);
  assert.equal(new Set(chosen).size, 10);
  assert.deepEqual(chosen, choose(items, 10, 1));
  assert.notDeepEqual(chosen, choose(items, 10, 2));
  assert.deepEqual(choose(items, 1_000, 1), items);
});

test('the tests that import a file are found, nearest first, and no test of processes', () => {
  const tests = testsOf('server/rationing/fair-queue.ts', importsOfProject());
  assert.equal(tests[0], 'server/rationing/fair-queue.test.ts');
  assert.ok(tests.indexOf('server/rationing/run-in-turn.test.ts') > 0);
  assert.ok(tests.includes('test/fairness.test.ts'), 'by way of the server');
  assert.ok(!tests.includes('web/src/ui/router.test.ts'));
  assert.deepEqual(
    tests.filter((path) => path.startsWith('test/e2e/')),
    [],
  );
});

test('faults are noticed by a failing test or a hang, or survive; the project is left alone', async () => {
  const text = [
    'export function count(n: number) {',
    '  let i = 0;',
    '  while (i < n) i += 1;',
    '  return Math.max(i, i);',
    '}',
  ].join('\n');
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'hilo-scratch-'));
  await using project = await mkdtempDisposable(join(tmpdir(), 'hilo-project-'));
  const root = project.path;
  await mkdir(join(root, 'lib'));
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await writeFile(join(root, 'lib/count.ts'), text);
  await writeFile(join(root, 'lib/count.test.ts'), testText('assert.equal(count(2), 2);'));
  await writeFile(join(root, 'lib/broken.test.ts'), testText('assert.fail();'));
  const verdicts = new Map<string, Verdict['kind']>();
  const unfit: string[] = [];
  await tryFaults({
    root,
    path: 'lib/count.ts',
    text,
    faults: faultsOf(sourceOf(text)).filter(({ kind }) => ASKED.includes(kind)),
    tests: ['lib/broken.test.ts', 'lib/count.test.ts'],
    copies: 2,
    scratch: scratch.path,
    hangMs: 2_000,
    environment: {},
    signal: AbortSignal.timeout(60_000),
    onUnfit: (path, outcome) => unfit.push(`${path} ${outcome}`),
    onVerdict: ({ shown }, verdict) => verdicts.set(shown, verdict.kind),
  });
  assert.deepEqual(unfit, ['lib/broken.test.ts failed']);
  assert.deepEqual(Object.fromEntries(verdicts), {
    'i < n → i <= n': 'noticed',
    'return Math.max(i, i); → return;': 'noticed',
    'i += 1; → ;': 'by hang',
    'max → min': 'survived',
  });
  assert.equal(await readFile(join(root, 'lib/count.ts'), 'utf8'), text);
  assert.deepEqual(await readdir(scratch.path), []);
});

test('a run that is interrupted ends its tests and leaves nothing', async () => {
  const text = 'export function count(n: number) {\n  return n;\n}\n';
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'hilo-scratch-'));
  await using project = await mkdtempDisposable(join(tmpdir(), 'hilo-project-'));
  const abort = new AbortController();
  await mkdir(join(project.path, 'lib'));
  await writeFile(join(project.path, 'package.json'), '{ "type": "module" }');
  await writeFile(join(project.path, 'lib/count.ts'), text);
  await writeFile(join(project.path, 'lib/count.test.ts'), testText(endless(join(project.path, 'started'))));
  const started = watch(project.path, { signal: AbortSignal.timeout(30_000) });
  const trial = tryFaults({
    root: project.path,
    path: 'lib/count.ts',
    text,
    faults: faultsOf(sourceOf(text)),
    tests: ['lib/count.test.ts'],
    copies: 1,
    scratch: scratch.path,
    hangMs: 60_000,
    environment: {},
    signal: abort.signal,
    onUnfit: (path) => assert.fail(path),
    onVerdict: () => assert.fail(),
  });
  const ended = assert.rejects(trial, /Interrupted/);
  for await (const { filename } of started) if (filename === 'started') break;
  abort.abort(new Error('Interrupted'));
  await ended;
  assert.deepEqual(await readdir(scratch.path), []);
});

test('every fault that is accepted can still be made, and has a reason', () => {
  const files = new Map(projectFiles().map((file) => [file.path, file]));
  for (const [path, faults] of Object.entries(acceptedFaults())) {
    const file = files.get(path);
    assert.ok(file, `${path} is gone`);
    const keys = new Set(faultsOf(parsed(file)).map(({ key }) => key));
    for (const [key, reason] of Object.entries(faults)) {
      assert.ok(keys.has(key), `${path} has no such fault any more: ${key}`);
      assert.match(reason, /\w+ \w+/, key);
    }
  }
});

function sourceOf(text: string) {
  return parsed({ path: 'lib/source.ts', text });
}

function testText(assertion: string): string {
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { count } from './count.ts';",
    `test('it counts', async () => { void count; ${assertion} });`,
  ].join('\n');
}

/** Tells by a file that it has begun, and does not end. */
function endless(path: string): string {
  return [
    "await import('node:fs').then((fs) => fs.writeFileSync(" + JSON.stringify(path) + ", ''));",
    'await new Promise(() => setInterval(() => count(1), 1_000));',
  ].join('\n');
}
