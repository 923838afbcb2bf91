/**
 * Why a connection ended: a closed list, logged and counted. Reasons that are also error keys are reported to
 * the peer.
 */
export const CLOSE_REASONS = [
  'client_ended',
  'client_lost',
  'client_quit',
  'auth_timeout',
  'idle_timeout',
  'line_too_long',
  'slow_consumer',
  'flooding',
  'server_full',
  'store_unavailable',
  'accept_failed',
  'address_limit',
  'draining',
  'superseded',
  'protocol_violation',
  'proxy_header',
  'internal',
] as const;

export type CloseReason = (typeof CLOSE_REASONS)[number];
