import { HiloError } from '../../../shared/errors.ts';
import type { Entry } from '../../../shared/ledger/entries.ts';
import type { Handlers } from '../call.ts';
import { orLedgerFault } from '../../credits/ledger-fault.ts';
import type { LedgerReads } from './ledger-reads.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Session } from '../../protocol/session.ts';
import type { StatementIndex } from '../../store/statement-index.ts';

interface CreditServices {
  readonly ledger: Ledger;
  readonly statements: StatementIndex;
  readonly ledgerReads: LedgerReads;
  readonly newId: () => string;
}

type CreditHandlers = Pick<
  Handlers,
  'credits.balance' | 'credits.statement' | 'credits.grant' | 'credits.refund'
>;
type StatementRow = Awaited<ReturnType<CreditHandlers['credits.statement']>>['rows'][number];

export function creditHandlers({ ledger, statements, ledgerReads, newId }: CreditServices): CreditHandlers {
  return {
    'credits.balance'(input, { session }) {
      const account = accountFor(session, input.account);
      const { available, held, spent, granted } = ledger.accounts.account(account);
      return { account, available, held, spent, granted };
    },

    async 'credits.statement'(input, call) {
      const account = accountFor(call.session, input.account);
      const before = input.before ?? ledger.head.size;
      // One more than asked for tells whether there is another page.
      const indexes = await statements.page(account, before, input.limit + 1);
      const shown = indexes.slice(0, input.limit);
      // An exchange stands right after the settle that paid for it.
      const read = shown.flatMap((index) => [index, index + 1]);
      const entries = await ledgerReads(call, () => ledger.entries(read, call.signal));
      const rows = shown.map((index) => rowOf(entries, index));
      const last = shown.at(-1);
      const next = indexes.length > shown.length && last !== undefined ? { next: last } : {};
      return { account, balance: ledger.accounts.account(account).available, rows, ...next };
    },

    async 'credits.grant'({ account, amount, reason, id = newId() }, { session }) {
      const request = { account, amount, reason, id, by: session.access };
      const { index, balance } = await orLedgerFault(() => ledger.accounts.grant(request));
      return { index, balance };
    },

    async 'credits.refund'({ settle, amount, reason, id = newId() }, { session }) {
      const request = { settle, amount, reason, id, by: session.access };
      const { index, balance } = await orLedgerFault(() => ledger.accounts.refund(request));
      return { index, balance };
    },
  };
}

/** One's own account; another's only for admins. */
export function accountFor(session: Session, wanted: string | undefined): string {
  if (wanted === undefined || wanted === session.account) return session.account;
  if (session.access !== 'admin') throw new HiloError('forbidden');
  return wanted;
}

function rowOf(entries: ReadonlyMap<number, Entry>, index: number): StatementRow {
  const entry = entries.get(index);
  switch (entry?.type) {
    case 'settle':
      return {
        index,
        at: entry.at,
        type: 'settle',
        amount: -Number(entry.amount),
        ...paidFor(entries.get(index + 1), entry.id),
      };
    case 'grant':
    case 'refund':
      return { index, at: entry.at, type: entry.type, amount: Number(entry.amount), reason: entry.reason };
    case 'import':
      return { index, at: entry.at, type: 'import', amount: Number(entry.amount), reason: entry.source };
    case 'erase':
      return { index, at: entry.at, type: 'erase', amount: 0, reason: entry.reason };
    default:
      throw new Error(`Entry ${index} does not belong on a statement`);
  }
}

function paidFor(exchange: Entry | undefined, id: string): Partial<StatementRow> {
  if (exchange?.type !== 'exchange' || exchange.id !== id) return {};
  const { trace, model, inputTokens, outputTokens } = exchange;
  return { trace, model, inputTokens: Number(inputTokens), outputTokens: Number(outputTokens) };
}
