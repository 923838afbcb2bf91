/** The settings of TLS that server and gateway have in common. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { path, type CrossFault } from '../environment.ts';
import { certificateFault, type CertificatePaths } from './certificate-files.ts';

export interface TlsSettings {
  readonly TLS_CERT_FILE?: string | undefined;
  readonly TLS_KEY_FILE?: string | undefined;
}

/** Undefined when there is no certificate. */
export function certificatePaths({
  TLS_CERT_FILE: certificate,
  TLS_KEY_FILE: key,
}: TlsSettings): CertificatePaths | undefined {
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

/** `users` are settings that need a certificate. */
export function tlsFaults(settings: TlsSettings, users: readonly string[]): CrossFault[] {
  const { TLS_CERT_FILE: certificate, TLS_KEY_FILE: key } = settings;
  const others = ['TLS_CERT_FILE', 'TLS_KEY_FILE'];
  if ((certificate === undefined) !== (key === undefined)) {
    const [missing, given] = certificate === undefined ? others : others.toReversed();
    const expected = `a path, since ${given} is set: a certificate and its key belong together`;
    return [{ name: missing ?? '', expected, found: 'nothing', others: [given ?? ''] }];
  }
  const paths = certificatePaths(settings);
  if (!paths) {
    const expected = 'TLS_CERT_FILE and TLS_KEY_FILE beside it';
    return users.map((name) => ({ name, expected, found: 'no certificate', others }));
  }
  const fault = certificateFault(paths);
  if (fault === undefined) return [];
  const expected = `the path of a certificate that can be used (${fault})`;
  return [{ name: 'TLS_CERT_FILE', expected, found: JSON.stringify(paths.certificate), others }];
}

/** The certificates in a file, in PEM. */
export function certificatesFile() {
  return path().transform((name, context) => {
    try {
      const pem = readFileSync(name, 'latin1');
      // It throws for what is not a certificate.
      const { raw } = new X509Certificate(pem);
      return raw.length > 0 ? pem : z.NEVER;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      context.addIssue({ code: 'custom', message: `the path of a file with certificates in PEM (${code})` });
      return z.NEVER;
    }
  });
}
