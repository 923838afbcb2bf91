/** What the server counts of TLS: handshakes by their end, and the certificate. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { HandshakeOutcome } from '../../shared/tls/tls-acceptor.ts';

export interface TlsSources {
  readonly handshakes: () => number;
  readonly certificateExpiresMs: () => number;
}

export interface TlsMetrics {
  handshake(outcome: HandshakeOutcome): void;
  reload(outcome: 'done' | 'failed'): void;
  /** Registers what is read during a scrape; called once. */
  watch(sources: TlsSources): void;
}

export function tlsMetrics(registry: Registry): TlsMetrics {
  const registers = [registry];
  const handshakes = new Counter({
    name: 'hilo_tls_handshakes_total',
    help: 'TLS handshakes by how they ended',
    labelNames: ['outcome'],
    registers,
  });
  const reloads = new Counter({
    name: 'hilo_tls_reloads_total',
    help: 'New certificate files: taken over, or unusable',
    labelNames: ['outcome'],
    registers,
  });
  return {
    handshake: (outcome) => handshakes.inc({ outcome }),
    reload: (outcome) => reloads.inc({ outcome }),
    watch({ handshakes: running, certificateExpiresMs }) {
      const gauge = (name: string, help: string, read: () => number) =>
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(read());
          },
        });
      gauge('hilo_tls_handshakes_in_progress', 'TLS handshakes that are not over', running);
      gauge('hilo_tls_certificate_expiry_timestamp_seconds', 'When the certificate expires', () =>
        Math.floor(certificateExpiresMs() / 1_000),
      );
    },
  };
}
