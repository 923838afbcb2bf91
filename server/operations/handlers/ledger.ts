import { HiloError } from '../../../shared/errors.ts';
import type { EntryOf } from '../../../shared/ledger/entries.ts';
import type { Handlers } from '../call.ts';
import { eraseContent } from '../../credits/reconciliation.ts';
import { orLedgerFault } from '../../credits/ledger-fault.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ContentStore } from '../../store/content-store.ts';
import type { StatementIndex } from '../../store/statement-index.ts';
import { accountFor } from './credits.ts';
import type { LedgerReads } from './ledger-reads.ts';

interface LedgerBooks {
  readonly ledger: Ledger;
  readonly contents: ContentStore;
  readonly statements: StatementIndex;
}

interface LedgerServices extends LedgerBooks {
  /** The newest checkpoint that witnesses have signed, or the newest at all. */
  readonly checkpoint: () => { size: number; note: string };
  /** Finished sends, which hold texts. */
  readonly sends: { forget(owner: string): void };
  readonly newId: () => string;
  readonly ledgerReads: LedgerReads;
}

type LedgerHandlers = Pick<
  Handlers,
  'ledger.receipt' | 'ledger.checkpoint' | 'ledger.consistency' | 'ledger.erase'
>;

export function ledgerHandlers(services: LedgerServices): LedgerHandlers {
  const { checkpoint, sends, newId, ledgerReads, ...accounting } = services;
  const { ledger, contents } = accounting;
  return {
    async 'ledger.receipt'(input, call) {
      const { session, signal } = call;
      const wanted = input.index ?? (await newestSettle(accounting, session.account));
      const { index, entry } = await orLedgerFault(() => exchangeAt(ledger, wanted));
      const isTheirs = entry?.account === session.account || session.access === 'admin';
      if (!entry || !isTheirs) throw notFound(wanted);
      const cosigned = checkpoint();
      // Witnesses lag some seconds behind; what they have not signed yet is proved by our own signature.
      const by = index < cosigned.size ? cosigned : undefined;
      const proof = await ledgerReads(call, () => ledger.receipt(index, by, signal));
      const content = await contents.read(entry.id);
      if (!content) return { index, proof };
      const promptSalt = Buffer.from(content.promptSalt).toString('base64');
      const answerSalt = Buffer.from(content.answerSalt).toString('base64');
      return { index, proof, promptSalt, answerSalt };
    },

    'ledger.checkpoint'() {
      const { size, note } = checkpoint();
      return { origin: ledger.origin, size, note, verifierKey: ledger.verifierKey };
    },

    async 'ledger.consistency'({ from, to = ledger.head.size }, call) {
      const hashes = await ledgerReads(call, () => ledger.consistency(from, to, call.signal));
      return { from, to, hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')) };
    },

    async 'ledger.erase'(input, { session }) {
      const account = accountFor(session, input.account);
      const by = account === session.account ? 'owner' : 'admin';
      if (input.exchange === 'all') {
        // Each has an entry of its own: it covers what came before it.
        const id = `erase:${newId()}`;
        const done = await orLedgerFault(() => eraseContent(accounting, { id, account, exchange: null, by }));
        if (account === session.account) session.history.clear();
        sends.forget(session.name);
        return done;
      }
      const wanted = input.exchange;
      const { index: exchange, entry } = await orLedgerFault(() => exchangeAt(ledger, wanted));
      if (entry?.account !== account) throw notFound(wanted);
      const erasure = { id: `erase:${exchange}:${by}`, account, exchange, by };
      const done = await orLedgerFault(() => eraseContent(accounting, erasure, entry.id));
      // What is erased must not reach a model again either.
      session.history.remove(exchange);
      sends.forget(session.name);
      return done;
    },
  };
}

/** An exchange stands right after the settle that paid for it; both numbers name it. */
async function exchangeAt(
  ledger: Ledger,
  index: number | undefined,
): Promise<{ index: number; entry: EntryOf<'exchange'> | undefined }> {
  const named = index === undefined ? undefined : await ledger.entry(index);
  if (index === undefined || named === undefined) return { index: -1, entry: undefined };
  const at = named.type === 'settle' ? index + 1 : index;
  const entry = at === index ? named : await ledger.entry(at);
  return { index: at, entry: entry?.type === 'exchange' ? entry : undefined };
}

/** Cancelled exchanges included: they have no result that could carry a receipt. */
async function newestSettle(
  { ledger, statements }: LedgerBooks,
  account: string,
): Promise<number | undefined> {
  for (const index of await statements.page(account, ledger.head.size, NEWEST_ROWS)) {
    const entry = await ledger.entry(index);
    if (entry?.type === 'settle') return index;
  }
  return undefined;
}

/** A session that did nothing but erase since its last exchange gives its number instead. */
const NEWEST_ROWS = 50;

function notFound(index: number | undefined): HiloError {
  return new HiloError('not_found', { values: { what: index === undefined ? '#' : `#${index}` } });
}
