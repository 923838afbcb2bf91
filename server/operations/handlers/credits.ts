import { HiloError } from '../../../shared/errors.ts';
import type { Wallets } from '../../credits/wallets.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import type { Principal } from '../../identity/principal.ts';
import { actorOf, type Audit } from '../audit.ts';
import type { Handlers } from '../call.ts';
import type { LedgerReads } from './ledger-reads.ts';
import { requirePerson } from './users.ts';

interface CreditServices extends Audit {
  readonly wallets: Wallets;
  readonly ledgerReads: LedgerReads;
  readonly newId: () => string;
  /** Of an account: the user or guest who has it; undefined when nobody has. */
  readonly ownerOf: (account: string) => Promise<string | undefined>;
  readonly userAdmin: Pick<UserAdmin, 'find'>;
}

type CreditHandlers = Pick<
  Handlers,
  'credits.balance' | 'credits.statement' | 'credits.grant' | 'credits.refund'
>;

export function creditHandlers({ wallets, ledgerReads, newId, ...services }: CreditServices): CreditHandlers {
  return {
    async 'credits.balance'(input, { principal }) {
      const account = accountFor(principal, input.account);
      return { account, ...(await wallets.balance(account)) };
    },

    async 'credits.statement'({ account: wanted, before, limit }, call) {
      const account = accountFor(call.principal, wanted);
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

    'credits.refund'({ charge, amount, reason, id = newId() }, call) {
      requirePerson(call);
      return wallets.refund({ charge, amount, reason, id, by: call.principal.access });
    },
  };
}

/** The caller's own account; another account only for admins. */
export function accountFor(principal: Principal, wanted: string | undefined): string {
  if (wanted === undefined || wanted === principal.account) return principal.account;
  if (principal.access !== 'admin') throw new HiloError('forbidden');
  return wanted;
}
