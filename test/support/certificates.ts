/** Certificates in files, for tests. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { makeSelfSigned } from '../../cli/certificate/self-signed.ts';

const DAYS = 30;

export class TestCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  pem = '';

  constructor(folder: string) {
    this.certificateFile = join(folder, 'certificate.pem');
    this.keyFile = join(folder, 'certificate.key');
  }

  get environment(): Record<string, string> {
    return { TLS_CERT_FILE: this.certificateFile, TLS_KEY_FILE: this.keyFile };
  }

  get serial(): string {
    return new X509Certificate(this.pem).serialNumber;
  }

  /** As those who renew certificates do: each file appears whole, one after the other. */
  async renew(names: readonly [string, ...string[]] = ['localhost', '127.0.0.1', '::1']): Promise<void> {
    const made = await makeSelfSigned(names, { nowMs: Date.now(), days: DAYS });
    this.pem = made.certificate;
    await this.replace(made);
  }

  async replace({ certificate, key }: { readonly certificate: string; readonly key: string }): Promise<void> {
    for (const [path, text] of [
      [this.certificateFile, certificate],
      [this.keyFile, key],
    ] as const) {
      await writeFile(`${path}.new`, text, { mode: 0o600 });
      await rename(`${path}.new`, path);
    }
  }
}

/** In a folder that is gone after the test. */
export async function testCertificate(
  context: TestContext,
  names?: readonly [string, ...string[]],
): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-certificate-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const certificate = new TestCertificate(folder);
  await certificate.renew(names);
  return certificate;
}

export interface OpenSslRun {
  readonly status: number;
  readonly output: string;
}

const OPENSSL_MS = 20_000;

/** `openssl s_client` with these lines as its input; it ends with the server, or with its first fault. */
export function openssl(port: number, lines: string, options: readonly string[] = []): Promise<OpenSslRun> {
  return new Promise((resolve) => {
    const args = ['s_client', '-connect', `localhost:${port}`, '-4', ...options];
    const child = execFile('openssl', args, { timeout: OPENSSL_MS }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, output: `${stdout}${stderr}` });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.write(lines);
  });
}
