import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { testCertificate } from '../../test/support/certificates.ts';
import { ManualClock } from '../clock.ts';
import { certificateFault, CertificateFiles } from './certificate-files.ts';

const CHECK_MS = 5_000;

test('what is wrong with the files is said in a few words, without the key', async (t) => {
  const own = await testCertificate(t);
  const other = await testCertificate(t);
  const fault = (certificate: string, key: string) => certificateFault({ certificate, key });
  assert.equal(fault(own.certificateFile, own.keyFile), undefined);
  assert.match(fault(own.certificateFile, other.keyFile) ?? '', /is not the key of the certificate in/);
  assert.match(fault('/nonexistent', own.keyFile) ?? '', /^\/nonexistent cannot be read \(ENOENT\)$/);
  assert.match(fault(own.keyFile, own.keyFile) ?? '', /is not a certificate in PEM/);
  assert.match(fault(own.certificateFile, own.certificateFile) ?? '', /is not a private key in PEM/);
  await chmod(own.keyFile, 0o644);
  assert.match(fault(own.certificateFile, own.keyFile) ?? '', /mode 644\); chmod 600 it$/);
});

test('two files that change one after the other are one change, and no fault', async (t) => {
  const files = await testCertificate(t);
  const next = await testCertificate(t);
  const clock = new ManualClock();
  const told: string[] = [];
  const paths = { certificate: files.certificateFile, key: files.keyFile };
  const watched = new CertificateFiles(paths, {
    clock,
    checkMs: CHECK_MS,
    onReloaded: ({ serialNumber }) => told.push(serialNumber),
    onFault: (reason) => told.push(reason),
  });
  t.after(() => watched.close());
  let changes = 0;
  watched.onChange(() => (changes += 1));
  await writeFile(paths.certificate, next.pem);
  clock.advance(CHECK_MS);
  assert.deepEqual(told, []);
  assert.equal(watched.leaf.serialNumber, files.serial);
  await files.renew();
  clock.advance(CHECK_MS);
  assert.deepEqual([told, changes], [[files.serial], 1]);
  // Nothing has changed since.
  clock.advance(10 * CHECK_MS);
  assert.deepEqual([told, changes], [[files.serial], 1]);
});

test('a fault that stays is told once, and what comes after it is taken', async (t) => {
  const files = await testCertificate(t);
  const clock = new ManualClock();
  const told: string[] = [];
  const paths = { certificate: files.certificateFile, key: files.keyFile };
  const watched = new CertificateFiles(paths, {
    clock,
    checkMs: CHECK_MS,
    onReloaded: () => told.push('reloaded'),
    onFault: (reason) => told.push(reason),
  });
  t.after(() => watched.close());
  await writeFile(paths.certificate, 'no certificate');
  for (let look = 0; look < 4; look += 1) clock.advance(CHECK_MS);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /is not a certificate in PEM/);
  await files.renew();
  clock.advance(CHECK_MS);
  assert.deepEqual(told.slice(1), ['reloaded']);
  assert.ok(watched.covers('localhost') && watched.covers('127.0.0.1') && !watched.covers('a.example'));
});
