/** What a reader can take away to prove an exchange elsewhere. */
import type { Turn } from '../turn.ts';
import { promptOf } from './prover.ts';
import type { KeptReceipt } from './proof-contract.ts';

/** With this and the proof anybody can see which texts the entry stands for; docs/ledger.md says how. */
export function textsFile(turn: Turn, { index, promptSalt, answerSalt }: KeptReceipt): string {
  const { trace, text, attachments, answer } = turn;
  const prompt = promptOf(text, attachments);
  return `${JSON.stringify({ index, trace, prompt, promptSalt, answer, answerSalt }, undefined, 2)}\n`;
}
