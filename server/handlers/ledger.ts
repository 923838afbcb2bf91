import { HiloError } from '../../shared/errors.ts';
import type { Handlers } from '../call.ts';
import { eraseContent } from '../credits/content-care.ts';
import { orLedgerFault } from '../credits/ledger-fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ContentStore } from '../store/content-store.ts';
import { accountFor } from './credits.ts';

interface LedgerServices {
  readonly ledger: Ledger;
  readonly contents: ContentStore;
  /** The newest checkpoint that witnesses have signed, or the newest at all. */
  readonly checkpoint: () => { size: number; note: string };
  readonly newId: () => string;
}

type LedgerHandlers = Pick<
  Handlers,
  'ledger.receipt' | 'ledger.checkpoint' | 'ledger.consistency' | 'ledger.erase'
>;

export function ledgerHandlers({ checkpoint, newId, ...books }: LedgerServices): LedgerHandlers {
  const { ledger, contents } = books;
  return {
    async 'ledger.receipt'(input, { session }) {
      const index = input.index ?? session.lastReceipt;
      const entry = index === undefined ? undefined : await orLedgerFault(() => ledger.entry(index));
      const isTheirs =
        entry?.type === 'exchange' && (entry.account === session.account || session.access === 'admin');
      if (index === undefined || !isTheirs) throw notFound(index);
      const cosigned = checkpoint();
      // Witnesses lag some seconds behind; what they have not signed yet is proved by our own signature.
      const by = index < cosigned.size ? cosigned : undefined;
      const proof = await orLedgerFault(() => ledger.receipt(index, by));
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

    async 'ledger.consistency'({ from, to = ledger.head.size }) {
      const hashes = await orLedgerFault(() => ledger.consistency(from, to));
      return { from, to, hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')) };
    },

    async 'ledger.erase'(input, { session }) {
      const account = accountFor(session, input.account);
      const by = account === session.account ? 'owner' : 'admin';
      if (input.exchange === 'all') {
        // Each has an entry of its own: it covers what came before it.
        const id = `erase:${newId()}`;
        const done = await orLedgerFault(() => eraseContent(books, { id, account, exchange: null, by }));
        if (account === session.account) session.history.clear();
        return done;
      }
      const { exchange } = input;
      const entry = await orLedgerFault(() => ledger.entry(exchange));
      if (entry?.type !== 'exchange' || entry.account !== account) throw notFound(exchange);
      const erasure = { id: `erase:${exchange}:${by}`, account, exchange, by };
      const done = await orLedgerFault(() => eraseContent(books, erasure, entry.id));
      // What is erased must not reach a model again either.
      session.history.remove(exchange);
      return done;
    },
  };
}

function notFound(index: number | undefined): HiloError {
  return new HiloError('not_found', { values: { what: index === undefined ? '#' : `#${index}` } });
}
