/** How a program checks the certificate of the server that it connects to over TLS. For Node only. */
import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { TLS_OPTIONS } from './certificate-files.ts';

export interface TlsTarget {
  /** The name that the certificate must have. */
  readonly name: string;
  /** Certificates that may have signed it, in PEM; undefined: those that Node trusts. */
  readonly trusted: string | undefined;
}

/** For `tls.connect`, beside host and port. */
export function tlsClientOptions({ name, trusted }: TlsTarget): ConnectionOptions {
  return {
    ...TLS_OPTIONS,
    ...(trusted === undefined ? {} : { ca: trusted }),
    // An address cannot be asked for by name (RFC 6066 §3).
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  };
}
