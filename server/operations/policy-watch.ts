/**
 * A change of what somebody may do reaches what they have asked for already: answers that run are ended when
 * their wallet, their route or their budget is gone.
 */
import type { RunningExchanges } from '../chat/running-exchanges.ts';
import type { Budgets, NearLimit } from '../credits/budgets.ts';
import type { NearAllowance, PeriodAllowances } from '../credits/period-allowances.ts';
import type { LiveSessions } from '../identity/live-sessions.ts';
import { teamOfAccount, type Teams } from '../teams/teams.ts';
import type { Payers } from './payers.ts';

export interface PolicyWatchOptions {
  readonly teams: Pick<Teams, 'find' | 'members' | 'onChange'>;
  readonly liveSessions: Pick<LiveSessions, 'admins' | 'of'>;
  readonly budgets: Pick<Budgets, 'onNear'>;
  readonly periodAllowances: Pick<PeriodAllowances, 'onNear'>;
  /** Of an account: the user who has it; undefined when it is no user's. */
  readonly userOf: (account: string) => Promise<string | undefined>;
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
    options.periodAllowances.onNear((near) => {
      this.#tellAllowance(near).catch(options.onFailed);
    });
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

  /** Whoever has the account; of a team's wallet, its members. */
  async #tellAllowance({ account, until, ...near }: NearAllowance): Promise<void> {
    const { liveSessions, teams, userOf } = this.#options;
    const about = { what: 'allowance', ...near, until: new Date(until).toISOString() } as const;
    const id = teamOfAccount(account);
    if (id === undefined) {
      const user = await userOf(account);
      for (const session of user === undefined ? [] : liveSessions.of(user))
        session.tell('credits.limit', about);
      return;
    }
    const team = await teams.find(id);
    for (const { user } of await teams.members(team)) {
      for (const session of liveSessions.of(user))
        session.tell('credits.limit', { ...about, name: team.name });
    }
  }
}
