import { HiloError } from '../../../shared/errors.ts';
import type { PeriodAllowances } from '../../credits/period-allowances.ts';
import type { Wallets } from '../../credits/wallets.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import type { Principal } from '../../identity/principal.ts';
import { actorOf, type Audit } from '../audit.ts';
import type { Membership } from '../../teams/team-repository.ts';
import { teamOfAccount, type Teams } from '../../teams/teams.ts';
import type { Call, Handlers } from '../call.ts';
import { allowanceView } from './allowances.ts';
import type { LedgerReads } from './ledger-reads.ts';
import { requirePerson } from './users.ts';

interface CreditServices extends Audit {
  readonly wallets: Wallets;
  readonly ledgerReads: LedgerReads;
  readonly newId: () => string;
  /** Of an account: the user or guest who has it; undefined when nobody has. */
  readonly ownerOf: (account: string) => Promise<string | undefined>;
  readonly userAdmin: Pick<UserAdmin, 'find'>;
  readonly teams: Pick<Teams, 'ofUser'>;
  readonly periodAllowances: Pick<PeriodAllowances, 'of'>;
}

type CreditHandlers = Pick<
  Handlers,
  'credits.balance' | 'credits.statement' | 'credits.grant' | 'credits.refund'
>;

export function creditHandlers({ wallets, ledgerReads, newId, ...services }: CreditServices): CreditHandlers {
  return {
    async 'credits.balance'(input, call) {
      const account = await visibleAccount(services, call, input.account, ['member', 'manager']);
      const [balance, allowance] = await Promise.all([
        wallets.balance(account),
        services.periodAllowances.of(account),
      ]);
      return { account, ...balance, ...(allowance && { allowance: allowanceView(allowance) }) };
    },

    async 'credits.statement'({ account: wanted, before, limit }, call) {
      // A statement shows what each member has asked for, and when.
      const account = await visibleAccount(services, call, wanted, ['manager']);
      const { balance, rows, next } = await ledgerReads(call, () =>
        wallets.statement(account, { before, limit }, call.signal),
      );
      return { account, balance, rows: [...rows], ...(next === undefined ? {} : { next }) };
    },

    async 'credits.grant'({ account: named, amount, reason, id = newId() }, call) {
      requirePerson(call);
      // No account of Hilo's has an "@" in its name: an e-mail stands for the account of its user.
      const account = named.includes('@') ? (await services.userAdmin.find(named)).account : named;
      const by = call.principal.access;
      const granted = await wallets.grant({ account, amount, reason, id, by });
      const owner = await services.ownerOf(account);
      const detail = `${account} ${amount}`;
      const entry = { actor: actorOf(call), action: 'grant', owner: owner ?? '', detail } as const;
      await services.auditedReads.record(entry);
      const isOwned = owner !== undefined;
      return isOwned ? granted : { ...granted, isUnowned: true as const };
    },

    async 'credits.refund'({ charge, amount, reason, id = newId() }, call) {
      requirePerson(call);
      const refunded = await wallets.refund({ charge, amount, reason, id, by: call.principal.access });
      const entry = {
        actor: actorOf(call),
        action: 'refund',
        owner: '',
        detail: `#${charge} ${amount}`,
      } as const;
      await services.auditedReads.record(entry);
      return refunded;
    },
  };
}

/** That of a team too, for those of its members who may see it. */
async function visibleAccount(
  { teams }: Pick<CreditServices, 'teams'>,
  { principal, session }: Call,
  wanted: string | undefined,
  roles: readonly Membership['role'][],
): Promise<string> {
  const { login } = session.credentials;
  const isTeam = wanted !== undefined && teamOfAccount(wanted) !== undefined;
  const memberships = login && isTeam ? await teams.ofUser(login.user.id) : [];
  const mayLook = memberships.some(({ team, role }) => team.account === wanted && roles.includes(role));
  return mayLook && wanted !== undefined ? wanted : accountFor(principal, wanted);
}

/** The caller's own account; another account only for admins. */
export function accountFor(principal: Principal, wanted: string | undefined): string {
  if (wanted === undefined || wanted === principal.account) return principal.account;
  if (principal.access !== 'admin') throw new HiloError('forbidden');
  return wanted;
}
