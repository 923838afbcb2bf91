/** The load test tells right servers from wrong ones. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LIES, startFakeServer } from '../../loadtest/client/fake-server.ts';
import type { Report } from '../../loadtest/report-contents.ts';

const MAIN = join(import.meta.dirname, '../../loadtest/main.ts');
let directory: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hilo-loadtest-reports-'));
});

after(() => rm(directory, { recursive: true, force: true }));

test('Twenty clients over all transports, each with its own answers', { timeout: 60_000 }, async () => {
  const output = join(directory, 'chat');
  const args = ['chat', '--self-contained', '--clients', '21', '--messages', '2', '--output', output];
  const { code, stdout } = await loadtest(args);
  assert.equal(code, 0, stdout);
  const report = await readReport(output);
  assert.equal(report.recording.answers, 42);
  assert.deepEqual(report.recording.errors, {});
  assert.ok((report.recording.points.at(-1)?.serverBytes ?? 0) > 1_000_000);
  const kinds = (await readdir(output)).map((file) => file.split('.').at(-1));
  assert.deepEqual(new Set(kinds), new Set(['html', 'json']));
});

test('A hundred browsers, five messages each, each with its own answers', { timeout: 60_000 }, async () => {
  const output = join(directory, 'browsers');
  const args = ['chat', '--self-contained', '--transport', 'ws', '--output', output];
  const { code, stdout } = await loadtest(args);
  assert.equal(code, 0, stdout);
  const { answers, errors } = (await readReport(output)).recording;
  assert.deepEqual([answers, errors], [500, {}]);
});

test('Cut connections resume without a gap, a duplicate or a lost answer', { timeout: 60_000 }, async () => {
  const output = join(directory, 'churn');
  const args = ['churn', '--self-contained', '--clients', '10', '--messages', '2', '--output', output];
  const { code, stdout } = await loadtest(args);
  assert.equal(code, 0, stdout);
  const report = await readReport(output);
  assert.equal(report.recording.answers, 20);
  assert.ok((report.recording.counts['resumes'] ?? 0) >= 20);
});

for (const lie of LIES) {
  const expected = lie === 'none' ? 0 : 1;
  test(`Exit code ${expected} against a server whose lie is: ${lie}`, { timeout: 30_000 }, async () => {
    const server = await startFakeServer(lie);
    const output = join(directory, lie);
    const target = ['--transport', 'json', '--port', String(server.port), '--output', output];
    const { code, stdout } = await loadtest(['chat', '--clients', '5', '--messages', '3', ...target]);
    server.close();
    assert.equal(code, expected, stdout);
    assert.equal((await readReport(output)).passed, expected === 0);
    if (lie !== 'none') assert.match(stdout, /FAILED: \d+ promises? broken; the first:\n {2}\S/);
  });
}

test('Wrong options end with 3, an absent server with 2', async () => {
  const wrong = await loadtest(['chat', '--clients', 'many']);
  assert.equal(wrong.code, 3);
  assert.match(wrong.stderr, /--clients must be a whole number/);
  const absent = await loadtest(['chat', '--transport', 'json', '--port', '1']);
  assert.equal(absent.code, 2);
  assert.match(absent.stderr, /No server answers at 127\.0\.0\.1:1/);
});

function loadtest(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

async function readReport(output: string): Promise<Report> {
  const file = (await readdir(output)).find((name) => name.endsWith('.json'));
  assert.ok(file, `No report in ${output}`);
  return JSON.parse(await readFile(join(output, file), 'utf8')) as Report;
}
