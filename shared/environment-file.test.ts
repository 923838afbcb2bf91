import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { EnvironmentError } from './environment.ts';
import { loadEnvironmentFile, parseEnvironment } from './environment-file.ts';

function fileIn(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-env-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return join(folder, '.env');
}

test('a # begins a comment only after a space', () => {
  const lines = [
    'OPENAI_API_KEY=sk-ab#cd',
    'export NAME = a#b # of mine',
    'QUOTED="a # b" # comment',
    "SINGLE='it''s#'",
    `MIXED=it's "x"#1`,
    'EMPTY= # nothing',
    '# A=1',
    'PLAIN=a b',
    'HASH=#',
  ];
  for (const end of ['\n', '\r\n']) {
    const values = parseEnvironment(lines.join(end));
    assert.deepEqual(
      [values['OPENAI_API_KEY'], values['NAME'], values['QUOTED'], values['MIXED'], values['EMPTY']],
      ['sk-ab#cd', 'a#b', 'a # b', `it's "x"#1`, ''],
    );
    assert.deepEqual([values['A'], values['PLAIN'], values['HASH']], [undefined, 'a b', '']);
  }
});

test('the environment wins over the file, which may be in UTF-16', (context) => {
  const path = fileIn(context);
  writeFileSync(path, Buffer.from('\ufeffONE=file\r\nTWO=dos\r\n', 'utf16le'));
  const environment: Record<string, string | undefined> = { ONE: 'set' };
  loadEnvironmentFile(path, environment);
  assert.deepEqual(environment, { ONE: 'set', TWO: 'dos' });
});

test('no file is no fault; a directory and another encoding are told by name', (context) => {
  const path = fileIn(context);
  loadEnvironmentFile(path, {});
  writeFileSync(path, Buffer.from('NAME=Peña', 'latin1'));
  const told = (found: RegExp) => (thrown: unknown) =>
    thrown instanceof EnvironmentError && thrown.message.includes(path) && found.test(thrown.message);
  assert.throws(() => loadEnvironmentFile(path, {}), told(/another encoding/));
  rmSync(path);
  mkdirSync(path);
  assert.throws(() => loadEnvironmentFile(path, {}), told(/a directory/));
});
