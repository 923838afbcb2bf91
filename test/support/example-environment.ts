/** `.env.example`, read: its variables in order, each with its default and the sentence above it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-files.ts';

export interface ExampleVariable {
  readonly name: string;
  readonly value: string;
  readonly about: string;
  /** The heading that it stands under. */
  readonly section: string;
}

export function exampleVariables(): ExampleVariable[] {
  const variables: ExampleVariable[] = [];
  let about: string[] = [];
  let section = '';
  for (const line of readFileSync(join(ROOT, '.env.example'), 'utf8').split('\n')) {
    const heading = /^# --- (.+?) -+$/.exec(line)?.[1];
    const variable = /^([A-Z][A-Z\d_]*)=(.*)$/.exec(line);
    if (heading !== undefined) section = heading;
    else if (variable) {
      const [, name = '', value = ''] = variable;
      variables.push({ name, value, about: about.join(' '), section });
    }
    about = heading === undefined && line.startsWith('# ') ? [...about, line.slice(2)] : [];
  }
  return variables;
}
