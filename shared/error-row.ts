import type { Localised } from './locale.ts';

export interface ErrorRow {
  readonly code: number;
  readonly http: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  readonly text: Localised;
}

export const row = (code: number, http: number, retryable: boolean, en: string, es: string): ErrorRow => ({
  code,
  http,
  retryable,
  text: { en, es },
});
