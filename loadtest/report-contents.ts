/** What a run was and what came of it. */
import type { Recording } from './measure/run-recorder.ts';
import type { Options } from './scenarios/options.ts';
import type { Machine } from './stack/machine.ts';

export interface Report {
  readonly startedAt: string;
  readonly machine: Machine;
  readonly options: Options;
  readonly recording: Recording;
  /** All answers were right, and there were some. */
  readonly passed: boolean;
  /** The run was ended by its user. */
  readonly interrupted: boolean;
}
