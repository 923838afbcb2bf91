/** Writes the files of a report. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportHtml } from './report-html.ts';
import type { Report } from './report-contents.ts';

/** Returns the paths: first the JSON's, then the page's. */
export async function writeReport(report: Report, directory: string): Promise<readonly [string, string]> {
  await mkdir(directory, { recursive: true });
  const name = `${report.startedAt.replaceAll(/[:.]/g, '-')}-${report.options.scenario}`;
  const paths = [join(directory, `${name}.json`), join(directory, `${name}.html`)] as const;
  await writeFile(paths[0], `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(paths[1], reportHtml(report));
  return paths;
}
