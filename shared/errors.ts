/** Failures as clients see them; the rows are in error-table.ts. */
import { ERRORS } from './error-table.ts';
import { fill, type Locale } from './locale.ts';

export { ERRORS };

export type ErrorKey = keyof typeof ERRORS;
export type ErrorValues = Readonly<Record<string, string | number>>;

export interface HiloErrorOptions {
  /** Values for the placeholders of the row's text. */
  readonly values?: ErrorValues;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The only error that clients see. Any other error that reaches a face is reported as `internal`. */
export class HiloError extends Error {
  readonly key: ErrorKey;
  readonly values: ErrorValues;
  readonly retryAfterMs: number | undefined;

  constructor(key: ErrorKey, options: HiloErrorOptions = {}) {
    super(errorText(key, 'en', options.values), { cause: options.cause });
    this.name = 'HiloError';
    this.key = key;
    this.values = options.values ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Whether this table has it; a newer server may name others. */
export function isKnownError(key: string): key is ErrorKey {
  return Object.hasOwn(ERRORS, key);
}

export function errorText(key: ErrorKey, locale: Locale, values: ErrorValues = {}): string {
  return fill(ERRORS[key].text[locale], values);
}

/** Any thrown value as a `HiloError`; what was not one becomes `internal`, with the original as its cause. */
export function toHiloError(thrown: unknown): HiloError {
  return thrown instanceof HiloError ? thrown : new HiloError('internal', { cause: thrown });
}
