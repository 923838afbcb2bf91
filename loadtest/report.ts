/** What a run was and what came of it; the table for the terminal, and the files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recording } from './measure/run-recorder.ts';
import { reportHtml } from './report-html.ts';
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

/** Returns the paths: first the JSON's, then the page's. */
export async function writeReport(report: Report, directory: string): Promise<readonly [string, string]> {
  await mkdir(directory, { recursive: true });
  const name = `${report.startedAt.replaceAll(/[:.]/g, '-')}-${report.options.scenario}`;
  const paths = [join(directory, `${name}.json`), join(directory, `${name}.html`)] as const;
  await writeFile(paths[0], `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(paths[1], reportHtml(report));
  return paths;
}
