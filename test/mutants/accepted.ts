/** Faults that no test has to notice, each with the reason: mostly that nobody can see a difference. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** By file and by the key of the fault. */
export type Accepted = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function acceptedFaults(): Accepted {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'accepted.json'), 'utf8')) as Accepted;
}
