/** [G-9] HTTPS: encrypted connections, which the HTTP server gets as if it had accepted them itself. */
import type { Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from '../shared/clock.ts';
import { CertificateFiles, type CertificateEvents } from '../shared/tls/certificate-files.ts';
import { TlsAcceptor } from '../shared/tls/tls-acceptor.ts';
import { certificatePaths } from '../shared/tls/tls-settings.ts';
import type { GatewayConfig } from './config.ts';
import { addTlsMetrics, type GatewayCounts } from './metrics.ts';
import { refuse } from './refusal.ts';

export interface HttpsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly counts: GatewayCounts;
  readonly registry: Registry;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Undefined without HTTPS. Throws when the certificate cannot be used. */
export function openHttps(config: GatewayConfig, options: HttpsOptions): HttpsListener | undefined {
  const paths = certificatePaths(config);
  if (!paths || config.HTTPS_PORT === undefined) return undefined;
  const { clock, log, counts } = options;
  const watch = { clock, checkMs: config.LIMIT_TLS_FILES_CHECK_MS, ...watchedBy(log, counts) };
  return new HttpsListener(config, new CertificateFiles(paths, watch), options);
}

export class HttpsListener {
  readonly #config: GatewayConfig;
  readonly #certificate: CertificateFiles;
  readonly #acceptor: TlsAcceptor;
  #server: Server | undefined;

  constructor(config: GatewayConfig, certificate: CertificateFiles, options: HttpsOptions) {
    this.#config = config;
    this.#certificate = certificate;
    const { clock, counts, registry } = options;
    const { ADDRESS_LIMIT_EXEMPT, TRUSTED_PROXIES } = config;
    this.#acceptor = new TlsAcceptor({
      certificate,
      clock,
      limits: {
        tlsHandshakeMs: config.LIMIT_TLS_HANDSHAKE_MS,
        tlsHandshakesMax: config.LIMIT_TLS_HANDSHAKES_MAX,
        addressTlsHandshakesMax: config.LIMIT_ADDRESS_TLS_HANDSHAKES_MAX,
      },
      isExempt: (address) => ADDRESS_LIMIT_EXEMPT.has(address) || TRUSTED_PROXIES.has(address),
      protocols: ['http/1.1'],
      onEnded: (outcome) => counts.handshakes.set(outcome, (counts.handshakes.get(outcome) ?? 0) + 1),
    });
    addTlsMetrics(registry, {
      counts,
      handshakes: () => this.#acceptor.size,
      certificateExpiresMs: () => certificate.leaf.validToDate.getTime(),
    });
  }

  /** Whether the certificate has this name. */
  covers(host: string): boolean {
    return this.#certificate.covers(host);
  }

  /** For `http`, with as many connections as that may have. Throws what `listen` throws. */
  async listen(http: HttpServer): Promise<ListenAddress> {
    const { HTTPS_HOST: host, HTTPS_PORT: port = 0, HILO_LOCALE: locale } = this.#config;
    // As Node's HTTP server does: a client that has ended its side still gets its answer.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#acceptor.accept(socket, {
        onSecure: (secured) => void http.emit('connection', secured),
        onPlain: (plain) => {
          // What is unread would end the connection before the answer has been read.
          plain.resume();
          refuse(plain, { status: 400, text: 'https_expected', locale });
        },
        onFailed: () => {},
      });
    });
    server.maxConnections = http.maxConnections;
    this.#server = server;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen({ host, port }, resolve);
    await promise;
    server.off('error', reject);
    // A failure to accept ends nothing: the next connection may succeed.
    server.on('error', () => {});
    return { host, port: (server.address() as AddressInfo).port };
  }

  close(): void {
    this.#server?.close();
    this.#acceptor.close();
    this.#certificate.close();
  }
}

function watchedBy(log: Logger, { reloads }: GatewayCounts): CertificateEvents {
  const count = (outcome: 'done' | 'failed') => reloads.set(outcome, (reloads.get(outcome) ?? 0) + 1);
  return {
    onReloaded({ validTo }) {
      count('done');
      log.info({ validTo }, 'The new certificate is in use');
    },
    onFault(reason) {
      count('failed');
      log.error({ reason }, 'The new certificate cannot be used; the one before stays in use');
    },
  };
}
