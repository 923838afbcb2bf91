/** What all commands share. */
import { localeOf } from '../shared/environment.ts';
import type { Locale } from '../shared/locale.ts';

/** The parts of the outside world that a command may use, so that tests can run it in memory. */
export interface CommandIo {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Absent where a command reads nothing. */
  readonly stdin?: NodeJS.ReadStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Receives the words after the command's name; resolves with the exit code. */
export type Command = (args: readonly string[], io: CommandIo) => Promise<number>;

export { EXIT_FAILED, EXIT_USAGE } from '../shared/exit-codes.ts';

/** The locale in `HILO_LOCALE`, or English. */
export function cliLocale(environment: CommandIo['env'] = process.env): Locale {
  return localeOf(environment['HILO_LOCALE'] ?? '') ?? 'en';
}

/** The address at which this machine can reach a service that listens on `host`. */
export function loopbackOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

export function isHelpAsked([first]: readonly string[]): boolean {
  return first === '--help' || first === '-h';
}
