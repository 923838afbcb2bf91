/** The listener of a server, with the certificate for TLS. */
import { CertificateFiles, type CertificateEvents } from '../shared/tls/certificate-files.ts';
import { certificatePaths } from '../shared/tls/tls-settings.ts';
import type { Clock } from '../shared/clock.ts';
import type { Limits } from '../shared/limits.ts';
import type { ServerConfig } from './config/config.ts';
import type { DataDirectory } from './data-directory.ts';
import type { CredentialsResolver } from './identity/principal.ts';
import { ClientIdentity } from './identity/request-identity.ts';
import type { RouteDirectory } from './models/route-directory.ts';
import { AddressAdmission } from './net/admission.ts';
import type { OpenConnection } from './net/connection-services.ts';
import { Listener, type ListenerTls } from './net/listener.ts';
import type { Log } from './observability/log.ts';
import type { ServerMetrics } from './observability/metrics.ts';
import { tlsMetrics, type TlsMetrics } from './observability/tls-metrics.ts';
import type { Dispatch } from './operations/dispatch.ts';
import { rationsOf, type RationSources } from './operations/request-rations.ts';
import { ForwardedRequests } from './protocol/forwarded-requests.ts';
import { FlushScheduler } from './protocol/outbox.ts';
import type { SessionRegistry } from './protocol/session-registry.ts';
import { Session } from './protocol/session.ts';

export interface ListenerParts {
  readonly config: ServerConfig;
  readonly limits: Limits;
  readonly metrics: ServerMetrics;
  /** The listener adds and removes them. */
  readonly connections: Set<OpenConnection>;
  readonly registry: SessionRegistry;
  readonly dispatch: Dispatch;
  readonly principals: CredentialsResolver;
  readonly exchange: RationSources['exchange'];
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly data: DataDirectory;
  readonly routes: RouteDirectory;
}

/** Throws when the certificate cannot be used. */
export function openListener(parts: ListenerParts): Listener {
  const { config, limits, metrics, connections, registry, dispatch, clock, log, random, data } = parts;
  const newCredentials = () => ({ guest: data.guests.anonymous(), isOperator: false });
  const session = (number: number) => new Session({ number, locale: config.HILO_LOCALE, newCredentials });
  const tls = openTls(parts);
  const listener = new Listener({
    services: {
      limits,
      clock,
      flushes: new FlushScheduler(),
      registry,
      dispatch,
      ...openAddresses(parts),
      observer: { refused: (key) => metrics.refused(key) },
      allowsPlainLogin: config.ALLOW_PLAIN_LOGIN,
      entry: { guests: config.ALLOW_ANONYMOUS, signUp: config.ALLOW_SIGNUP },
      newSession: () => session(data.nextSession()),
      unnumberedSession: () => session(0),
      onTalking: (connection, face) => {
        metrics.opened(face);
        log.debug({ session: connection.session.name, face }, 'Connection opened');
      },
    },
    connections,
    host: config.APP_HOST,
    port: config.APP_PORT,
    proxyHost: config.APP_PROXY_HOST,
    proxyPort: config.APP_PROXY_PORT,
    demandsProxyHeader: (address) => config.PROXY_PROTOCOL_FROM.has(address),
    tls: tls?.listener,
    random,
    onDropped: (reason) => metrics.closed(reason),
    onFailed: (reason, err) => log.error({ reason, err }, 'Connections are refused'),
    onClosed: (connection, reason, durationMs) => {
      metrics.closed(reason);
      const session = connection.session.name;
      log.debug({ session, reason, durationMs: Math.round(durationMs) }, 'Connection closed');
    },
  });
  tls?.metrics.watch({
    handshakes: () => listener.handshakes,
    certificateExpiresMs: () => tls.listener.certificate.leaf.validToDate.getTime(),
  });
  return listener;
}

function openAddresses({ config, limits, data, principals, exchange, routes, log }: ListenerParts) {
  const addresses = new AddressAdmission(limits, (address) => config.ADDRESS_LIMIT_EXEMPT.has(address));
  const forwarded = new ForwardedRequests({
    identity: new ClientIdentity({ ...data, rememberedMax: limits.guestsRememberedMax }),
    admission: addresses,
    locale: config.HILO_LOCALE,
    rationsOf: rationsOf({ principals, exchange, ...data, routes }),
    onBegun: (request) => log.debug(request, 'A request of the gateway'),
  });
  return { addresses, forwarded };
}

/** Undefined when nothing speaks TLS. */
function openTls({
  config,
  limits,
  metrics,
  clock,
  log,
}: ListenerParts): { readonly listener: ListenerTls; readonly metrics: TlsMetrics } | undefined {
  const paths = certificatePaths(config);
  if (!paths || (config.TLS_PORT === undefined && !config.APP_PROXY_TLS)) return undefined;
  const counts = tlsMetrics(metrics.registry);
  const certificate = new CertificateFiles(paths, {
    clock,
    checkMs: limits.tlsFilesCheckMs,
    ...watchedBy(log, counts),
  });
  const listener: ListenerTls = {
    certificate,
    host: config.TLS_HOST,
    port: config.TLS_PORT,
    isForGateway: config.APP_PROXY_TLS,
    isExempt: (address) => config.ADDRESS_LIMIT_EXEMPT.has(address),
    onHandshake: (outcome) => counts.handshake(outcome),
  };
  return { listener, metrics: counts };
}

function watchedBy(log: Log, counts: Pick<TlsMetrics, 'reload'>): CertificateEvents {
  return {
    onReloaded: ({ validTo }) => {
      counts.reload('done');
      log.info({ validTo }, 'The new certificate is in use');
    },
    onFault: (reason) => {
      counts.reload('failed');
      log.error({ reason }, 'The new certificate cannot be used; the one before stays in use');
    },
  };
}
