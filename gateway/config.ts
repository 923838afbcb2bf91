import { z } from 'zod';
import {
  choice,
  cidrList,
  flag,
  host,
  integer,
  list,
  locale,
  path,
  port,
  readEnvironment,
  seconds,
  text,
  EnvironmentError,
  type Environment,
  type EnvironmentFault,
} from '../shared/environment.ts';
import { LIMITS } from '../shared/limits.ts';
import { certificatesFile, tlsFaults } from '../shared/tls/tls-settings.ts';
import { GATEWAY_LIMITS } from './limits.ts';

const origin = text().refine((value) => URL.parse(value)?.origin === value, {
  error: 'origins such as https://chat.example.org, without a path',
});

/** Two years, which is what lists of such sites ask for. */
const HSTS_SECONDS_MAX = 63_072_000;

const GatewaySchema = z.object({
  GATEWAY_HOST: host().default('127.0.0.1'),
  /** The page, WebSocket and HTTP. */
  WS_PORT: port().default(8765),
  /** HTTPS and WSS; empty: there is no such port. */
  HTTPS_PORT: port().optional(),
  HTTPS_HOST: host().default('127.0.0.1'),
  TLS_CERT_FILE: path().optional(),
  TLS_KEY_FILE: path().optional(),
  /** For Strict-Transport-Security; 0: it is not sent. */
  HSTS_SECONDS: integer(0, HSTS_SECONDS_MAX).default(0),
  /** Where the server listens for lines. */
  TCP_HOST: host().default('127.0.0.1'),
  /** The server's port for connections that begin with a PROXY header. */
  TCP_PORT: port().default(5002),
  /** Whether that port speaks TLS; its certificate is checked. */
  TCP_TLS: flag().default(false),
  TCP_CA_FILE: certificatesFile().optional(),
  TCP_TLS_NAME: host().optional(),
  /** Pages of these origins may connect besides the gateway's own. */
  ALLOWED_ORIGINS: list(origin).default([]),
  /** Proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: cidrList().prefault(''),
  /** At once from one address; the server's own limit, which the gateway must not undercut. */
  ADDRESS_CONNECTIONS_MAX: integer(1, 1_000_000).default(LIMITS.addressConnectionsMax),
  /** HTTP requests in progress at once from one address; the server's own limit too. */
  LIMIT_ADDRESS_REQUESTS_MAX: integer(1, 10_000_000_000).default(LIMITS.addressRequestsMax),
  /** Addresses without limits of their own. */
  ADDRESS_LIMIT_EXEMPT: cidrList().prefault('127.0.0.0/8,::1'),
  CONNECTIONS_MAX: integer(1, 1_000_000).default(LIMITS.connectionsMax),
  /** A slower handshake, or head of a request, is cut. */
  GATEWAY_HANDSHAKE_SECONDS: seconds(0.1, 60).default(GATEWAY_LIMITS.requestHeadSeconds),
  /** Closes of a draining gateway are spread over this time, so that clients do not return all at once. */
  GATEWAY_DRAIN_SECONDS: seconds(0, 600).default(5),
  HILO_LOCALE: locale().default('en'),
  LIMIT_TLS_HANDSHAKE_MS: integer(1, 10_000_000_000).default(LIMITS.tlsHandshakeMs),
  LIMIT_TLS_HANDSHAKES_MAX: integer(1, 10_000_000_000).default(LIMITS.tlsHandshakesMax),
  LIMIT_ADDRESS_TLS_HANDSHAKES_MAX: integer(1, 10_000_000_000).default(LIMITS.addressTlsHandshakesMax),
  LIMIT_TLS_FILES_CHECK_MS: integer(1, 10_000_000_000).default(LIMITS.tlsFilesCheckMs),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

type Settings = Readonly<z.output<typeof GatewaySchema>>;

export type GatewayConfig = Omit<Settings, 'TCP_CA_FILE'> & {
  /** The certificates in `TCP_CA_FILE`. */
  readonly serverCertificates: string | undefined;
};

/** Names of all the variables that the gateway reads. */
export const GATEWAY_VARIABLES: readonly string[] = Object.keys(GatewaySchema.shape);

/** Throws `EnvironmentError` with every fault. */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  const { TCP_CA_FILE: file, ...settings } = readEnvironment(GatewaySchema, environment);
  const users = settings.HTTPS_PORT === undefined ? [] : ['HTTPS_PORT'];
  const faults = [...tlsFaults(settings, users), ...portFaults(settings)];
  if (faults.length > 0) throw new EnvironmentError(faults);
  return Object.freeze({ ...settings, serverCertificates: file });
}

/** Port 0 means a different free port each time. */
function portFaults({ GATEWAY_HOST, WS_PORT, HTTPS_HOST, HTTPS_PORT }: Settings): EnvironmentFault[] {
  if (HTTPS_PORT === 0 || HTTPS_PORT !== WS_PORT || HTTPS_HOST !== GATEWAY_HOST) return [];
  const expected = 'another port than WS_PORT at the same address';
  return [{ name: 'HTTPS_PORT', expected, found: String(HTTPS_PORT) }];
}
