/** Small interfaces between the handlers and the services that they use. */
import type { OutputOf } from '../../shared/define-operation.ts';
import type { Operations } from '../../shared/operations/index.ts';

export interface RateReader {
  /** How many messages the owner may send in a window. */
  limitOf(owner: string): number;
  readonly windowSeconds: number;
  /** Messages that the owner may send now. */
  remaining(owner: string): number | Promise<number>;
}

export interface ServerState {
  read(): Omit<OutputOf<Operations['server.stats']>, 'uptimeSeconds'>;
}

/** Who may come in: anyone as a guest, anyone with a new account, or only people who have an account. */
export type ServerEntry = OutputOf<Operations['server.entry']>;
