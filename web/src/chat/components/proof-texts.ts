import type { Texts } from '../../ui/i18n.ts';
import { useTexts, type Language } from '../../ui/shell.ts';
import { PROOF_EN } from '../texts/proof-en.ts';
import { PROOF_ES } from '../texts/proof-es.ts';

export type ProofTextKey = keyof typeof PROOF_EN;

const PROOF_TEXTS: Texts<ProofTextKey> = { en: PROOF_EN, es: PROOF_ES };

/** The texts that come with the proofs; the others are in `useLanguage`. */
export function useProofTexts(): Language<ProofTextKey> {
  return useTexts(PROOF_TEXTS);
}
