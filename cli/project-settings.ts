/** The settings of this installation, whatever folder a command is run from. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expandHome } from '../shared/environment.ts';
import { loadEnvironmentFile } from '../shared/environment-file.ts';
import { PATH_VARIABLES } from '../shared/process-settings.ts';

/** The folder of the project. */
export const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Adds the settings of the project's `.env`, and makes paths absolute: those of the file and the default of
 * DATA_DIR are relative to the project, those of the environment to the current folder. Throws
 * `EnvironmentError`.
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
