import { errorText, type ErrorKey, type ErrorValues } from '../../../shared/errors.ts';
import { fill, type Locale } from '../../../shared/locale.ts';
import { estimateSeconds, type Pace } from '../chat/queue-estimate.ts';
import type { CloseReason } from '../connection/rpc-contract.ts';
import { EN } from './texts/en.ts';
import { ES } from './texts/es.ts';

export type TextKey = keyof typeof EN;
export type Values = Readonly<Record<string, string | number>>;

const TEXTS: Readonly<Record<Locale, Readonly<Record<TextKey, string>>>> = { en: EN, es: ES };

export function translate(locale: Locale, key: TextKey, values: Values = {}): string {
  return fillText(TEXTS[locale][key], values);
}

/** A number and its unit stay on one line. */
export function fillText(text: string, values: Values = {}): string {
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
  if (charged === 0) return translate(locale, 'credits.free');
  if (charged === 1) return translate(locale, 'credits.costOne');
  return translate(locale, 'credits.cost', { amount: amountText(locale, charged) });
}

export function dateText(locale: Locale, atMs: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(atMs);
}

/** Of a time as the ledger writes it; as it is when it is none. */
export function dateTimeText(locale: Locale, at: string): string {
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return at;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' }).format(atMs);
}

export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(EN, key);
}

/** Short and rough: "20 s", "2 min". */
export function duration(locale: Locale, seconds: number): string {
  if (seconds < 60) return translate(locale, 'time.seconds', { seconds });
  return translate(locale, 'time.minutes', { minutes: Math.ceil(seconds / 60) });
}

/** "Third in line, about 20 s". */
export function queueText(locale: Locale, pace: Pace, position: number): string {
  const time = duration(locale, estimateSeconds(pace, position));
  if (position === 1) return translate(locale, 'turn.next', { time });
  return translate(locale, 'turn.queued', { place: place(locale, position), time });
}

function place(locale: Locale, position: number): string {
  const key = `place.${position}`;
  return translate(locale, isTextKey(key) ? key : 'place.other', { position });
}

/** Why something failed, in the words of the shared table; the wait is told by the button beside it. */
export function failureText(locale: Locale, reason: ErrorKey, values: ErrorValues): string {
  const text = wholeClauses(errorText(reason, locale, values));
  const sentence = text === '' ? errorText('internal', locale) : text;
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** A text whose numbers did not come along ends before the clause that would need them. */
function wholeClauses(text: string): string {
  const hole = text.search(/\{\w+\}/);
  if (hole < 0) return text;
  const before = text.slice(0, hole);
  return before.slice(0, Math.max(0, before.search(/[;:,.][^;:,.]*$/)));
}

/** Why the connection ended, as a sentence. */
export function closeText(locale: Locale, reason: CloseReason): string {
  const key = `reason.${reason}`;
  if (isTextKey(key)) return translate(locale, key);
  switch (reason) {
    case 'network':
    case 'ended':
    case 'server_unreachable':
    case 'unresponsive':
      return translate(locale, 'reason.network');
    default:
      return failureText(locale, reason, {});
  }
}
