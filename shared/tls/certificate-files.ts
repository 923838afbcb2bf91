/**
 * A certificate and its key, read from two files that are looked at again and again: whoever renews
 * certificates only has to replace the files. New ones are taken over when they fit together; until then,
 * the ones before stay in use. For Node only.
 */
import { X509Certificate, constants, createPrivateKey } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Clock } from '../clock.ts';

export interface CertificatePaths {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateEvents {
  /** New files are in use. */
  readonly onReloaded: (certificate: X509Certificate) => void;
  /** New files cannot be used, nor could they a moment later. Reported once for each fault. */
  readonly onFault: (reason: string) => void;
}

/** TLS 1.2 and 1.3 with the ciphers of Node; nobody may ask for a second handshake on a connection. */
export const TLS_OPTIONS = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const satisfies SecureContextOptions;

/** The group may read the key, because mounted secrets are readable by the group. */
const UNSAFE_MODE = 0o027;
const FILE_BYTES_MAX = 1024 * 1024;

interface Pair {
  readonly options: { readonly cert: string; readonly key: string };
  readonly leaf: X509Certificate;
}

/** Why these files cannot be used, in a few words; undefined when they can. */
export function certificateFault(paths: CertificatePaths): string | undefined {
  try {
    readPair(paths);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

export class CertificateFiles {
  readonly #paths: CertificatePaths;
  readonly #clock: Clock;
  readonly #checkMs: number;
  readonly #events: CertificateEvents;
  readonly #listeners = new Set<() => void>();
  #pair: Pair;
  /** A fault of the look before, and whether it has been reported. */
  #fault: { readonly reason: string; isReported: boolean } | undefined;
  #stopTimer: () => void = () => {};

  /** Throws when the files cannot be used. */
  constructor(
    paths: CertificatePaths,
    options: { readonly clock: Clock; readonly checkMs: number } & CertificateEvents,
  ) {
    this.#paths = paths;
    this.#clock = options.clock;
    this.#checkMs = options.checkMs;
    this.#events = options;
    this.#pair = readPair(paths);
    this.#lookLater();
  }

  /** For `tls.createServer` and `setSecureContext`. */
  get options(): SecureContextOptions {
    return { ...TLS_OPTIONS, ...this.#pair.options };
  }

  get leaf(): X509Certificate {
    return this.#pair.leaf;
  }

  /** Whether a client that checks the certificate would accept this name or address. */
  covers(host: string): boolean {
    const { leaf } = this.#pair;
    return (isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#stopTimer();
  }

  #lookLater(): void {
    this.#stopTimer = this.#clock.after(this.#checkMs, () => {
      this.#look();
      this.#lookLater();
    });
  }

  #look(): void {
    try {
      const pair = readPair(this.#paths);
      this.#fault = undefined;
      const { cert, key } = this.#pair.options;
      if (pair.options.cert === cert && pair.options.key === key) return;
      this.#pair = pair;
      for (const listener of this.#listeners) listener();
      this.#events.onReloaded(pair.leaf);
    } catch (error) {
      this.#failed(reasonOf(error));
    }
  }

  /** Both files cannot change at the same moment, so the first look may see one of each pair. */
  #failed(reason: string): void {
    if (this.#fault?.reason !== reason) {
      this.#fault = { reason, isReported: false };
    } else if (!this.#fault.isReported) {
      this.#fault.isReported = true;
      this.#events.onFault(reason);
    }
  }
}

/** Reads without waiting: the files are small, and are read once in a few seconds. */
function readPair(paths: CertificatePaths): Pair {
  const cert = readText(paths.certificate);
  const key = readText(paths.key);
  const mode = statSync(paths.key).mode & 0o777;
  if (process.platform !== 'win32' && (mode & UNSAFE_MODE) !== 0)
    throw new Fault(`${paths.key} is open to other users (mode ${mode.toString(8)}); chmod 600 it`);
  const leaf = understood(paths.certificate, 'a certificate in PEM', () => new X509Certificate(cert));
  const privateKey = understood(paths.key, 'a private key in PEM, without a passphrase', () =>
    createPrivateKey(key),
  );
  if (!leaf.checkPrivateKey(privateKey))
    throw new Fault(`${paths.key} is not the key of the certificate in ${paths.certificate}`);
  understood(paths.certificate, 'a chain that TLS can use', () =>
    createSecureContext({ ...TLS_OPTIONS, cert, key }),
  );
  return { options: { cert, key }, leaf };
}

class Fault extends Error {}

function readText(path: string): string {
  try {
    if (statSync(path).size > FILE_BYTES_MAX) throw new Fault(`${path} is too large`);
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function understood<Value>(path: string, what: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    // OpenSSL's own words name the place and never the key.
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new Fault(`${path} is not ${what} (${code})`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Fault ? error.message : String(error);
}
