import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import type { Locale } from '../locale.ts';
import { AccountName, Amount, EntryIndex, Trace } from './common.ts';

const Row = z.strictObject({
  index: EntryIndex,
  at: z.iso.datetime(),
  type: z.enum(['grant', 'import', 'settle', 'refund', 'erase']),
  /** What the account gained or lost; 0 for an erasure. */
  amount: z.int(),
  /** Of the exchange that a settle paid for. */
  trace: Trace.optional(),
  model: z.string().optional(),
  inputTokens: z.int().nonnegative().optional(),
  outputTokens: z.int().nonnegative().optional(),
  reason: z.string().optional(),
});

export const creditsStatement = defineOperation({
  name: 'credits.statement',
  summary: { en: 'List what was granted and charged', es: 'Lista lo otorgado y lo cobrado' },
  access: 'anonymous',
  effect: 'read',
  input: z.strictObject({
    limit: z.int().min(1).max(200).default(20),
    /** Entries before this index: the `next` of the previous page. */
    before: z.int().min(0).optional(),
    account: AccountName.optional(),
  }),
  output: z.strictObject({
    account: z.string(),
    balance: Amount,
    /** Newest first. */
    rows: z.array(Row),
    /** Where the next page begins; absent on the last. */
    next: EntryIndex.optional(),
  }),
  errors: ['forbidden', 'queue_full', 'ledger_unavailable'],
  text: {
    command: 'statement',
    args: ['limit', 'before'],
    render: ({ rows, balance, next }, locale) =>
      [
        ...rows.map((row) => {
          const amount = `${row.amount > 0 ? '+' : ''}${row.amount}`.padStart(9);
          const about =
            row.trace === undefined ? reasonOf(row.reason ?? '', locale) : `${row.trace} ${row.model ?? ''}`;
          const time = row.at.slice(0, 19).replace('T', ' ');
          return `${time} ${amount}  ${TYPES[row.type][locale]} #${row.index} ${about}`.trimEnd();
        }),
        `${BALANCE[locale]}: ${balance}`,
        ...(next === undefined ? [] : [`${MORE[locale]}: /statement ${rows.length} ${next}`]),
      ].join('\n'),
  },
  examples: [{ input: {}, output: { account: 'anon:9f2c41d07a3b:3', balance: 0, rows: [] } }],
});

const BALANCE = { en: 'Balance', es: 'Saldo' } as const;
const MORE = { en: 'More', es: 'Más' } as const;

const TYPES = {
  grant: { en: 'grant', es: 'otorgado' },
  import: { en: 'import', es: 'importado' },
  settle: { en: 'settle', es: 'cobro' },
  refund: { en: 'refund', es: 'devolución' },
  erase: { en: 'erase', es: 'borrado' },
} as const;

/** The reasons that Hilo itself writes into the ledger, translated. Others are shown as they were written. */
const REASONS = {
  gift: { en: 'gift', es: 'regalo' },
  /** Of the whole gift at once, as it was given before portions. */
  'first message': { en: 'first message', es: 'primer mensaje' },
  'sign-up': { en: 'new account', es: 'cuenta nueva' },
  'on request': { en: 'on request', es: 'a petición' },
  retention: { en: 'kept long enough', es: 'plazo cumplido' },
} as const;

function reasonOf(reason: string, locale: Locale): string {
  return isOwn(reason) ? REASONS[reason][locale] : reason;
}

function isOwn(reason: string): reason is keyof typeof REASONS {
  return Object.hasOwn(REASONS, reason);
}
