/**
 * A change of what somebody may do reaches what they have asked for already: answers that run are ended when
 * their wallet, their route or their budget is gone.
 */
import type { RunningExchanges } from '../chat/running-exchanges.ts';
import type { Budgets, NearLimit } from '../credits/budgets.ts';
import type { LiveSessions } from '../identity/live-sessions.ts';
import type { Teams } from '../teams/teams.ts';
import type { Payers } from './payers.ts';

export interface PolicyWatchOptions {
  readonly teams: Pick<Teams, 'onChange'>;
  readonly liveSessions: Pick<LiveSessions, 'admins' | 'of'>;
  readonly budgets: Pick<Budgets, 'onNear'>;
  readonly running: RunningExchanges;
  readonly payers: Pick<Payers, 'refusalOf'>;
  readonly onFailed: (error: unknown) => void;
}

export class PolicyWatch {
  readonly #options: PolicyWatchOptions;

  constructor(options: PolicyWatchOptions) {
    this.#options = options;
    options.teams.onChange(() => this.changed());
    options.budgets.onNear((near) => this.#tell(near));
  }

  /** Something is in force from now on. */
  changed(): void {
    const { running, payers, onFailed } = this.#options;
    const refusalOf: Parameters<RunningExchanges['recheck']>[0] = ({ owner, payer, access, route }) => {
      const { account, home = account, actor, address } = payer;
      return payers.refusalOf({ owner, account: home, actor, payer: account, access, address }, route());
    };
    running.recheck(refusalOf).catch(onFailed);
  }

  /** Whoever comes near a limit, and administrators for the whole server. */
  #tell({ budget, percent, used, until }: NearLimit): void {
    const { liveSessions } = this.#options;
    const { kind, credits, period, name, user } = budget;
    const sessions = user === undefined ? liveSessions.admins() : liveSessions.of(user);
    const about = { what: kind, percent, used, limit: credits, period, until: new Date(until).toISOString() };
    const params = { ...about, ...(name !== undefined && { name }) };
    for (const session of sessions) session.tell('credits.limit', params);
  }
}
