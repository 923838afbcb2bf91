/** Units of work on their way to the database, in arrays that a thread or a socket gets without copies. */
import type { ErrorDescription } from '../support/worker-rpc.ts';

export type Value = string | number | Uint8Array | null;

/** A compiled statement and its parameters, in the order in which the statement names them. */
export interface Step {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Several units, each all or nothing. They share a transaction. */
export interface Batch {
  /** Each text once. */
  readonly texts: string[];
  /** How many parameters the text at this index takes. */
  readonly parameterCounts: number[];
  /** The index of the text of each step. */
  readonly steps: number[];
  /** How many steps each unit has. */
  readonly units: number[];
  /** Of all steps, one after the other. */
  readonly parameters: Value[];
  /** Which of them are bytes. */
  readonly bytesAt: number[];
}

export interface BatchOutcome {
  /** The rows that each step changed; 0 for the steps of a failed unit. */
  readonly changes: Uint32Array;
  /** By the number of the unit; absent when none failed. */
  readonly errors?: ReadonlyMap<number, ErrorDescription>;
}

/** Runs the steps of one unit and notes how many rows each changed. May throw. */
export type RunStep = (text: string, parameters: readonly Value[]) => number;

export interface UnitSlice {
  readonly number: number;
  readonly firstStep: number;
  readonly steps: readonly { readonly text: string; readonly parameters: readonly Value[] }[];
}

/** The units of a batch with their steps put together again. */
export function* unitsOf(batch: Batch): Generator<UnitSlice> {
  let step = 0;
  let parameter = 0;
  for (const [number, count] of batch.units.entries()) {
    const steps = [];
    const firstStep = step;
    for (const last = step + count; step < last; step += 1) {
      const index = batch.steps[step] ?? 0;
      const next = parameter + (batch.parameterCounts[index] ?? 0);
      steps.push({ text: batch.texts[index] ?? '', parameters: batch.parameters.slice(parameter, next) });
      parameter = next;
    }
    yield { number, firstStep, steps };
  }
}
