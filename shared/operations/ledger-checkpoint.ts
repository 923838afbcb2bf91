import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';

export const ledgerCheckpoint = defineOperation({
  name: 'ledger.checkpoint',
  summary: {
    en: 'Give the newest signed state of the ledger; keep it to check the ledger later',
    es: 'Da el último estado firmado del registro; guárdalo para comprobar el registro más tarde',
  },
  access: 'anonymous',
  scope: 'usage',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    origin: z.string(),
    size: z.int().nonnegative(),
    /** C2SP signed note over a tlog-checkpoint, with the cosignatures of witnesses. */
    note: z.string(),
    /** Verifies the note's own signature. */
    verifierKey: z.string(),
  }),
  errors: ['ledger_unavailable'],
  http: [{ method: 'GET', path: '/ledger/checkpoint', keyless: true }],
  text: {
    command: 'checkpoint',
    args: [],
    render: ({ note, verifierKey }) => `${note.trimEnd()}\n\n${verifierKey}`,
  },
  examples: [
    { input: {}, output: { origin: 'hilo', size: 1, note: 'hilo\n1\n…', verifierKey: 'hilo+1234abcd+AZ…' } },
  ],
});
