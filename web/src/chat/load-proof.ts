/** The part of the page that proves and explains proofs; loaded with the first receipt. */
export { AlarmDialog } from './components/alarm-dialog.tsx';
export { ProofPanel } from './components/proof-panel.tsx';
export { Prover } from './proof/prover.ts';
