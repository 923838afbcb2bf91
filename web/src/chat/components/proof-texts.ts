import type { Locale } from '../../../../shared/locale.ts';
import { fillText, type Values } from '../../ui/i18n.ts';
import { PROOF_EN } from '../../ui/texts/proof-en.ts';
import { PROOF_ES } from '../../ui/texts/proof-es.ts';
import { usePage } from './context.ts';

export type ProofTextKey = keyof typeof PROOF_EN;

export interface ProofLanguage {
  readonly locale: Locale;
  readonly t: (key: ProofTextKey, values?: Values) => string;
}

/** The texts that come with the proofs; the others are in `useLanguage`. */
export function useProofTexts(): ProofLanguage {
  const locale = usePage().preferences.locale.value;
  const texts: Readonly<Record<ProofTextKey, string>> = locale === 'es' ? PROOF_ES : PROOF_EN;
  return { locale, t: (key, values) => fillText(texts[key], values) };
}
