import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { certificateFault } from '../../shared/tls/certificate-files.ts';
import { EXIT_USAGE } from '../command.ts';
import { certificateCommand } from './certificate-command.ts';

async function run(args: readonly string[], locale = 'en') {
  let out = '';
  let err = '';
  const code = await certificateCommand(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    env: { HILO_LOCALE: locale },
  });
  return { code, out, err };
}

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-certificate-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a certificate can be used at once, and its key is for its owner alone', async (t) => {
  const folder = join(await emptyFolder(t), 'tls');
  const { code, out } = await run([folder]);
  assert.equal(code, 0);
  const paths = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'certificate.key') };
  assert.match(out, new RegExp(`^TLS_CERT_FILE=${paths.certificate}$`, 'm'));
  assert.equal(certificateFault(paths), undefined);
  assert.equal((await stat(paths.key)).mode & 0o777, 0o600);
  const made = new X509Certificate(await readFile(paths.certificate));
  assert.equal(made.checkHost('localhost'), 'localhost');
  assert.equal(made.checkIP('127.0.0.1'), '127.0.0.1');
  assert.ok(made.verify(made.publicKey));
  assert.equal(made.ca, false);
});

test('the names are those that are asked for, and nothing is overwritten', async (t) => {
  const folder = await emptyFolder(t);
  assert.equal((await run([folder, 'chat.example.org', '192.0.2.7'])).code, 0);
  const pem = await readFile(join(folder, 'certificate.pem'), 'utf8');
  const made = new X509Certificate(pem);
  assert.equal(made.checkHost('chat.example.org'), 'chat.example.org');
  assert.equal(made.checkIP('192.0.2.7'), '192.0.2.7');
  assert.equal(made.checkHost('localhost'), undefined);
  const again = await run([folder], 'es');
  assert.equal(again.code, EXIT_USAGE);
  assert.match(again.err, /ya existe/);
  assert.equal(await readFile(join(folder, 'certificate.pem'), 'utf8'), pem);
});

test('a wrong command line is explained', async () => {
  assert.equal((await run([])).code, EXIT_USAGE);
  assert.match((await run(['--help'])).out, /^Usage: hilo certificate/);
  assert.match((await run(['/tmp/x', 'not a name'])).err, /neither a host name nor an address/);
});
