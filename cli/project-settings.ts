/** The settings of this installation, independent of the folder that a command is run from. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expandHome } from '../shared/environment.ts';
import { loadEnvironmentFile } from '../shared/environment-file.ts';
import { PATH_VARIABLES } from '../shared/process-settings.ts';

/** The folder of the project. */
export const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Adds the settings of the project's `.env`, and makes paths absolute: paths from the file, and the default
 * of DATA_DIR, are relative to the project; paths from the environment are relative to the current folder.
 * Throws `EnvironmentError`.
 */
export function loadProjectSettings(
  environment: Record<string, string | undefined>,
  project: string,
  currentFolder: string,
): void {
  for (const name of PATH_VARIABLES) makeAbsolute(environment, name, currentFolder);
  loadEnvironmentFile(join(project, '.env'), environment);
  // An empty variable counts as unset.
  if (!environment['DATA_DIR']?.trim()) environment['DATA_DIR'] = 'data';
  for (const name of PATH_VARIABLES) makeAbsolute(environment, name, project);
}

function makeAbsolute(environment: Record<string, string | undefined>, name: string, folder: string): void {
  const path = environment[name]?.trim();
  if (path) environment[name] = resolve(folder, expandHome(path));
}
