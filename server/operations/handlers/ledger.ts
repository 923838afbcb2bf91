import { HiloError } from '../../../shared/errors.ts';
import type { ConversationHub } from '../../conversations/conversation-hub.ts';
import type { MessageTree } from '../../conversations/message-tree.ts';
import { exchangeId } from '../../credits/exchange-texts.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { Call, Handlers } from '../call.ts';
import type { Eraser } from '../../credits/eraser.ts';
import { notFound, type ExchangeEntry, type Receipts } from '../../credits/receipts.ts';
import { accountFor } from './credits.ts';
import { requirePerson } from './users.ts';
import type { LedgerReads } from './ledger-reads.ts';

interface LedgerServices {
  readonly receipts: Receipts;
  readonly eraser: Eraser;
  readonly ledgerReads: LedgerReads;
  readonly messages: Pick<MessageTree, 'exchangeOf'>;
  readonly routes: Pick<RouteDirectory, 'defaultRoute' | 'list'>;
  readonly hub: Pick<ConversationHub, 'changedMuch'>;
  /** Of an account: the user or guest who has it; undefined when nobody has. */
  readonly ownerOf: (account: string) => Promise<string | undefined>;
}

type LedgerHandlers = Pick<
  Handlers,
  'ledger.receipt' | 'ledger.checkpoint' | 'ledger.consistency' | 'ledger.erase'
>;

export function ledgerHandlers({
  receipts,
  eraser,
  ledgerReads,
  messages,
  routes,
  hub,
  ownerOf,
}: LedgerServices): LedgerHandlers {
  return {
    async 'ledger.receipt'({ index, message }, call) {
      const { account, actor, access } = call.principal;
      const reader = { account, actor, isAdmin: access === 'admin' };
      const mark = message === undefined ? undefined : await markOf(messages, call, message);
      const { entry, charged, ...receipt } = await ledgerReads(call, async () => {
        const found = mark && (await receipts.locate(mark, call.signal));
        if (mark && !found) throw notFound(undefined);
        return receipts.receipt(reader, found?.index ?? index, call.signal);
      });
      return { ...receipt, exchange: exchangeOf(routes, entry, charged) };
    },

    'ledger.checkpoint'() {
      const { size, note } = receipts.checkpoint();
      return { origin: receipts.origin, size, note, verifierKey: receipts.verifierKey };
    },

    async 'ledger.consistency'(input, call) {
      const { from, to, hashes } = await ledgerReads(call, () =>
        receipts.consistency(input.from, input.to, call.signal),
      );
      return { from, to, hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')) };
    },

    async 'ledger.erase'({ account: wanted, exchange }, call) {
      const { principal } = call;
      const account = accountFor(principal, wanted);
      const by = account === principal.account ? 'owner' : 'admin';
      if (by === 'admin') requirePerson(call);
      if (exchange === 'all') {
        const erased = await eraser.eraseAll({ account, by });
        // Conversations without a message are gone from the lists, and so are titles.
        const owner = by === 'owner' ? principal.owner : await ownerOf(account);
        if (owner !== undefined) hub.changedMuch(owner);
        return erased;
      }
      return eraser.eraseExchange({ account, by, index: exchange });
    },
  };
}

/** Where the exchange that made this answer is looked for. */
async function markOf(
  messages: LedgerServices['messages'],
  { principal }: Call,
  message: string,
): Promise<{ readonly id: string; readonly entriesBefore: number }> {
  const found = await messages.exchangeOf(Number(message), principal.owner);
  if (!found) throw new HiloError('not_found', { values: { what: message } });
  const { number, entryId, entriesBefore } = found;
  return { id: entryId ?? exchangeId(number), entriesBefore };
}

function exchangeOf(routes: LedgerServices['routes'], entry: ExchangeEntry, charged: number) {
  const { trace, model, finish } = entry;
  const degraded = entry.degraded === 'true';
  // Its route may no longer exist, and version 1 of the ledger did not name it.
  const all = routes.list('admin');
  const named = entry.type === 'charge' ? all.find(({ id }) => id === entry.route) : undefined;
  const route = named ?? all.find((one) => one.model === model) ?? routes.defaultRoute('admin');
  return {
    trace,
    model,
    provider: degraded ? ('offline' as const) : route.provider,
    degraded,
    finish,
    charged,
  };
}
