/**
 * The entries of the ledger: one strict schema a type. Every member is a string that needs no JSON escape,
 * and every type has exactly the members of its schema, so that each entry has one canonical text (RFC 8785)
 * and `entry-text.ts` can derive writer and reader from these schemas alone. docs/ledger.md explains each
 * member.
 */
import { z } from 'zod';

/** The greatest amount of one entry; sums of amounts stay exact in a JavaScript number. */
export const amountMax = 999_999_999_999_999;
/** Longest canonical text of an entry in bytes; the schemas keep well below it. */
export const entryBytesMax = 4096;

const field = (pattern: RegExp) => z.string().regex(pattern);

const amount = field(/^(?:0|[1-9][0-9]{0,14})$/);
const leafIndex = field(/^(?:0|[1-9][0-9]{0,15})$/);
const time = field(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/);
const name = field(/^[A-Za-z0-9._:@/+=~-]{1,128}$/);
const words = field(/^[ !#-[\]-~]{0,256}$/);
const commitment = field(/^[A-Za-z0-9+/]{43}=$/);
const verifierKey = field(/^[!#-*,-[\]-~]{1,128}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/);
const sha256Hex = field(/^[0-9a-f]{64}$/);

/**
 * Account names: letters, digits and `._:@/+=~-`, at most 128. They stay for ever, so no personal data
 * belongs in them.
 */
export const AccountName = name;

/** The first entry of every ledger. */
const genesis = z.strictObject({
  at: time,
  key: verifierKey,
  origin: field(/^[!#-*,-[\]-~]{1,128}$/),
  type: z.literal('genesis'),
  unit: words,
  version: z.enum(['1', '2']),
});

/** From here on the rules of this version hold; a ledger that began in version 1 goes on in version 2. */
const version = z.strictObject({ at: time, type: z.literal('version'), version: z.literal('2') });

const grant = z.strictObject({
  account: name,
  amount,
  at: time,
  by: name,
  id: name,
  reason: words,
  type: z.literal('grant'),
});

const hold = z.strictObject({
  account: name,
  amount,
  at: time,
  expires: time,
  id: name,
  type: z.literal('hold'),
});

/**
 * Of version 1. `amount` is charged, `returned` goes back; together they are the held amount.
 */
const settle = z.strictObject({
  account: name,
  amount,
  at: time,
  hold: leafIndex,
  id: name,
  returned: amount,
  type: z.literal('settle'),
});

const release = z.strictObject({
  account: name,
  amount,
  at: time,
  hold: leafIndex,
  id: name,
  reason: words,
  type: z.literal('release'),
});

const expire = z.strictObject({
  account: name,
  amount,
  at: time,
  hold: leafIndex,
  id: name,
  type: z.literal('expire'),
});

/** `of` is the index of the charge or settle that is paid back, `charged` what it charged. */
const refund = z.strictObject({
  account: name,
  amount,
  at: time,
  by: name,
  charged: amount,
  id: name,
  of: leafIndex,
  reason: words,
  type: z.literal('refund'),
});

/**
 * One exchange with a model, and what it cost. `account` pays, `actor` asked. `prompt` and `answer` are
 * commitments, never content. `hold` is the index of the hold that it ends, which has the same id, or `-`.
 */
const charge = z.strictObject({
  account: name,
  actor: name,
  amount,
  answer: commitment,
  at: time,
  degraded: z.enum(['false', 'true']),
  finish: name,
  hold: field(/^(?:-|0|[1-9][0-9]{0,15})$/),
  id: name,
  inputTokens: amount,
  model: words,
  outputTokens: amount,
  prompt: commitment,
  route: words,
  service: name,
  trace: name,
  type: z.literal('charge'),
  usage: z.enum(['estimated', 'reported']),
});

/**
 * The allowance of an account for a period: what is left of the one before is `carried` over or `lapsed`, and
 * `amount` is added. The end of an allowance without a next one has the amount 0. `until` is when the period
 * ends, for the writer and for people.
 */
const allowance = z.strictObject({
  account: name,
  amount,
  at: time,
  by: name,
  carried: amount,
  id: name,
  lapsed: amount,
  period: name,
  type: z.literal('allowance'),
  until: time,
});

/**
 * Of version 1. Follows its settle at once, in the same block. `prompt` and `answer` are commitments.
 */
const exchange = z.strictObject({
  account: name,
  answer: commitment,
  at: time,
  degraded: z.enum(['false', 'true']),
  finish: name,
  id: name,
  inputTokens: amount,
  model: words,
  outputTokens: amount,
  prompt: commitment,
  trace: name,
  type: z.literal('exchange'),
  usage: z.enum(['estimated', 'reported']),
});

/** `of` is the index of the exchange whose content was erased, or `*` for all content of the account. */
const erase = z.strictObject({
  account: name,
  at: time,
  by: name,
  id: name,
  of: field(/^(?:\*|0|[1-9][0-9]{0,15})$/),
  reason: words,
  type: z.literal('erase'),
});

const reject = z.strictObject({
  account: name,
  at: time,
  balance: amount,
  id: name,
  need: amount,
  reason: words,
  type: z.literal('reject'),
});

const keyrot = z.strictObject({ at: time, key: verifierKey, type: z.literal('keyrot') });

/** Bytes that a crash left after the last whole block were cut and saved in `file`. */
const recovery = z.strictObject({
  at: time,
  bytes: amount,
  file: name,
  sha256: sha256Hex,
  type: z.literal('recovery'),
});

/** An opening balance taken over from another system. */
const importBalance = z.strictObject({
  account: name,
  amount,
  at: time,
  by: name,
  id: name,
  source: words,
  type: z.literal('import'),
});

export const entrySchemas = {
  genesis,
  version,
  grant,
  allowance,
  hold,
  charge,
  settle,
  release,
  expire,
  refund,
  exchange,
  erase,
  reject,
  keyrot,
  recovery,
  import: importBalance,
} as const;

export type EntryType = keyof typeof entrySchemas;
export type EntryOf<T extends EntryType> = z.infer<(typeof entrySchemas)[T]>;
export type Entry = { [T in EntryType]: EntryOf<T> }[EntryType];
