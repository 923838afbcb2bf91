/**
 * How our processes are started, wherever they are started: by the command line, the load test, the image.
 */

/**
 * The gateway keeps almost nothing: nearly all that it allocates becomes garbage at once. With V8's default
 * of 16 MiB and more for young objects that garbage is most of its resident memory.
 */
export const GATEWAY_NODE_FLAGS = ['--max-semi-space-size=2'] as const;

/** Settings that are paths. Those in the project's `.env` are relative to the project's folder. */
export const PATH_VARIABLES = [
  'ARTIFACTS_DIR',
  'DATA_DIR',
  'SYSTEM_PROMPT_FILE',
  'HELPLINES_FILE',
  'MODELS_FILE',
  'PERSONAS_FILE',
  'SIGN_ON_FILE',
  'ADMIN_PASSWORD_FILE',
  'TLS_CERT_FILE',
  'TLS_KEY_FILE',
  'TCP_CA_FILE',
] as const;

/** Variables of other programs whose names are near to ours. */
export const FOREIGN_VARIABLES = ['OLLAMA_MODELS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;

/** Settings of the gateway only: other processes must not report them as misspelt. */
export const GATEWAY_ONLY = [
  'GATEWAY_HOST',
  'WS_PORT',
  'TCP_HOST',
  'TCP_PORT',
  'ALLOWED_ORIGINS',
  'TRUSTED_PROXIES',
  'GATEWAY_HANDSHAKE_SECONDS',
  'GATEWAY_DRAIN_SECONDS',
  'HTTPS_PORT',
  'HTTPS_HOST',
  'HSTS_SECONDS',
  'TCP_TLS',
  'TCP_CA_FILE',
  'TCP_TLS_NAME',
] as const;

/**
 * Below node_modules, so that a new installation starts afresh. Types are stripped once, not at every start.
 */
export const COMPILE_CACHE = 'node_modules/.cache/hilo';
