import { z } from 'zod';
import {
  choice,
  cidrList,
  host,
  integer,
  list,
  locale,
  port,
  readEnvironment,
  seconds,
  text,
  type Environment,
} from '../shared/environment.ts';
import { LIMITS } from '../shared/limits.ts';
import { GATEWAY_LIMITS } from './limits.ts';

const origin = text().refine((value) => URL.parse(value)?.origin === value, {
  error: 'origins such as https://chat.example.org, without a path',
});

const GatewaySchema = z.object({
  GATEWAY_HOST: host().default('127.0.0.1'),
  /** The page, WebSocket and HTTP. */
  WS_PORT: port().default(8765),
  /** Where the server listens for lines. */
  TCP_HOST: host().default('127.0.0.1'),
  /** The server's port for connections that begin with a PROXY header. */
  TCP_PORT: port().default(5002),
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
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type GatewayConfig = Readonly<z.output<typeof GatewaySchema>>;

/** Throws `EnvironmentError` with every fault. */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  return readEnvironment(GatewaySchema, environment);
}
