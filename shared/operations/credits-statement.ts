import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import type { Locale, Localised } from '../locale.ts';
import { AccountName, Amount, EntryIndex, Trace } from './common.ts';

const Row = z.strictObject({
  index: EntryIndex,
  at: z.iso.datetime(),
  type: z.enum(['grant', 'allowance', 'import', 'charge', 'refund', 'erase']),
  /** What the account gained or lost; 0 for an erasure. */
  amount: z.int(),
  /** Of the exchange that a charge paid for. */
  trace: Trace.optional(),
  /** `chat`, `completion`, `embedding`, `summarize`, `title`; not in charges of version 1 of the ledger. */
  service: z.string().optional(),
  model: z.string().optional(),
  inputTokens: z.int().nonnegative().optional(),
  outputTokens: z.int().nonnegative().optional(),
  reason: z.string().optional(),
});

export const creditsStatement = defineOperation({
  name: 'credits.statement',
  summary: { en: 'List what was granted and charged', es: 'Lista lo otorgado y lo cobrado' },
  access: 'anonymous',
  scope: 'usage',
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
          const time = row.at.slice(0, 19).replace('T', ' ');
          return `${time} ${amount}  #${row.index} ${aboutOf(row, locale)}`.trimEnd();
        }),
        `${BALANCE[locale]}: ${balance}`,
        ...(next === undefined ? [] : [`${MORE[locale]}: /statement ${rows.length} ${next}`]),
      ].join('\n'),
  },
  examples: [{ input: {}, output: { account: 'anon:9f2c41d07a3b:3', balance: 0, rows: [] } }],
});

const BALANCE = { en: 'Balance', es: 'Saldo' } as const;
const MORE = { en: 'More', es: 'Más' } as const;

/** What happened, with whatever else is known of it. */
function aboutOf({ type, trace, model, reason = '' }: z.output<typeof Row>, locale: Locale): string {
  if (trace !== undefined) return `${KINDS[type][locale]} ${trace} ${model ?? ''}`.trimEnd();
  const own = Object.hasOwn(REASONS[type], reason) ? REASONS[type][reason] : undefined;
  if (own) return own[locale];
  return reason === '' ? KINDS[type][locale] : `${KINDS[type][locale]}: ${reason}`;
}

const KINDS = {
  grant: { en: 'credits granted', es: 'créditos otorgados' },
  import: { en: 'balance brought over', es: 'saldo traído de antes' },
  allowance: { en: 'allowance', es: 'asignación' },
  charge: { en: 'answer', es: 'respuesta' },
  refund: { en: 'refund', es: 'devolución' },
  erase: { en: 'texts erased', es: 'textos borrados' },
} as const;

/** The reasons that Hilo itself writes into the ledger, as people say it. Others are shown as written. */
const REASONS: Readonly<Record<keyof typeof KINDS, Readonly<Record<string, Localised>>>> = {
  grant: {
    gift: { en: 'free credits', es: 'créditos gratuitos' },
    /** Of the whole gift at once, as it was given before portions. */
    'first message': { en: 'free credits', es: 'créditos gratuitos' },
    'sign-up': { en: 'free credits for the new account', es: 'créditos gratuitos por la cuenta nueva' },
  },
  erase: {
    'on request': KINDS.erase,
    retention: { en: 'old texts erased', es: 'textos antiguos borrados' },
  },
  allowance: {},
  import: {},
  charge: {},
  refund: {},
};
