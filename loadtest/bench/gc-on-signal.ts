/**
 * Preloaded into measured processes: SIGUSR2 collects all garbage, so that resident memory tells what is held
 * and not when V8 last had the leisure to clean up. Needs --expose-gc.
 */
process.on('SIGUSR2', () => globalThis.gc?.());
