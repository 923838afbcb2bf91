/** Texts in the reader's language, and numbers and dates as that language writes them. */
import { CONVERSATION_ERRORS } from '../../../shared/conversation-errors.ts';
import type { ErrorKey, ErrorValues } from '../../../shared/errors.ts';
import type { ErrorRow } from '../../../shared/error-row.ts';
import { fill, type Locale } from '../../../shared/locale.ts';
import { EN } from './texts/en.ts';
import { ES } from './texts/es.ts';

/** The same keys in each language. */
export type Texts<Key extends string> = Readonly<Record<Locale, Readonly<Record<Key, string>>>>;
export type Values = Readonly<Record<string, string | number>>;
export type Translate<Key extends string> = (key: Key, values?: Values) => string;

export type UiTextKey = keyof typeof EN;
export const UI_TEXTS: Texts<UiTextKey> = { en: EN, es: ES };

export function translator<Key extends string>(texts: Texts<Key>, locale: Locale): Translate<Key> {
  return (key, values) => fillText(texts[locale][key], values);
}

/** A number and its unit stay on one line. */
function fillText(text: string, values: Values = {}): string {
  return fill(text, values).replaceAll(/(\d) (s|ms|min)\b/g, '$1\u00A0$2');
}

const COMPACT_FROM = 100_000;

/** Credits, entries. `short` where there is little room. */
export function amountText(locale: Locale, amount: number, short = false): string {
  const notation = short && amount >= COMPACT_FROM ? 'compact' : 'standard';
  return new Intl.NumberFormat(locale, { notation, maximumFractionDigits: 1 }).format(amount);
}

/** What an answer has cost. */
export function costText(locale: Locale, charged: number): string {
  const t = translator(UI_TEXTS, locale);
  if (charged === 0) return t('credits.free');
  if (charged === 1) return t('credits.costOne');
  return t('credits.cost', { amount: amountText(locale, charged) });
}

export function dateText(locale: Locale, atMs: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(atMs);
}

/** A time as the ledger writes it, formatted; a text that is not a time is returned unchanged. */
export function dateTimeText(locale: Locale, at: string): string {
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return at;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' }).format(atMs);
}

/** The same for a list: shorter, to the minute. */
export function shortTimeText(locale: Locale, at: string): string {
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return at;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs);
}

/** Short and rough: "20 s", "2 min". */
export function duration(locale: Locale, seconds: number): string {
  const t = translator(UI_TEXTS, locale);
  if (seconds < 60) return t('time.seconds', { seconds });
  return t('time.minutes', { minutes: Math.ceil(seconds / 60) });
}

/**
 * Why something failed, in the words of the shared table; the button beside it shows the wait. Where this
 * page has no words, `told` are the server's.
 */
export function failureText(locale: Locale, reason: ErrorKey, values: ErrorValues, told = ''): string {
  const rows: Readonly<Record<string, ErrorRow>> = CONVERSATION_ERRORS;
  const row = Object.hasOwn(rows, reason) ? rows[reason] : undefined;
  const text = wholeClauses(row ? fill(row.text[locale], values) : told);
  const sentence = text === '' ? CONVERSATION_ERRORS.internal.text[locale] : text;
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** A text whose numbers are missing ends before the clause that would need them. */
function wholeClauses(text: string): string {
  const hole = text.search(/\{\w+\}/);
  if (hole < 0) return text;
  const before = text.slice(0, hole);
  return before.slice(0, Math.max(0, before.search(/[;:,.][^;:,.]*$/)));
}
