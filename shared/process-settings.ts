/**
 * How our processes are started, wherever they are started: by the command line, the load test, the image.
 */

/**
 * The gateway keeps next to nothing: almost all that it allocates is garbage at once. With V8's default of 16
 * MiB and more for young objects that garbage is most of its resident memory.
 */
export const GATEWAY_NODE_FLAGS = ['--max-semi-space-size=2'] as const;

/**
 * Below node_modules, so that a new installation starts afresh. Types are stripped once, not at every start.
 */
export const COMPILE_CACHE = 'node_modules/.cache/hilo';
