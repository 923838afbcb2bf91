import { GATEWAY_VARIABLES, readGatewayConfig } from '../../gateway/config.ts';
import { limitVariable, readServerConfig, SERVER_VARIABLES } from '../../server/config/config.ts';
import { SETTING_TEXTS } from '../../server/config/setting-texts.ts';
import { EnvironmentError } from '../../shared/environment.ts';
import type { Limits } from '../../shared/limits.ts';
import { exampleVariables, type ExampleVariable } from './example-environment.ts';
import { code, GENERATED, table } from './markdown.ts';

/** No number, address, choice, list or JSON, so that a schema says what it wants instead. */
const NONSENSE = 'not, "this"!';

export function settingsPage(): string {
  const variables = [...exampleVariables(), ...otherVariables()];
  const sections = [...new Set(variables.map(({ section }) => section))];
  return [
    GENERATED,
    '# Settings',
    'Environment variables, or lines in the file `.env` in the project folder; the environment wins.',
    '`.env` is UTF-8, or UTF-16 with a byte order mark. Paths in it are relative to its folder.',
    'Both processes check everything when they start and report all faults together. A variable whose',
    'name is nearly that of a setting is reported as a warning; other unknown names are ignored.',
    '',
    'Made from [.env.example](../.env.example), `server/config/setting-texts.ts`, and the schemas in',
    '`server/config/config.ts` and `gateway/config.ts`.',
    '',
    ...sections.flatMap((section) => [
      `## ${section}`,
      '',
      table(
        ['variable', 'default', 'read by', 'value', 'meaning'],
        variables.filter((variable) => variable.section === section).map(row),
      ),
      '',
    ]),
  ].join('\n');
}

/** Those that the example leaves out, with their defaults. */
function otherVariables(): ExampleVariable[] {
  return Object.entries(SETTING_TEXTS).map(([name, about]) => {
    const value = DEFAULTS[name];
    const isPlain = typeof value === 'string' || typeof value === 'number';
    return { name, about, value: isPlain ? String(value) : '', section: 'Further settings' };
  });
}

const { limits: LIMIT_VALUES, ...SERVER_DEFAULTS } = readServerConfig({});
const LIMIT_DEFAULTS = Object.entries(LIMIT_VALUES).map(([name, value]) => {
  return [limitVariable(name as keyof Limits), value] as const;
});
const DEFAULTS: Readonly<Record<string, unknown>> = {
  ...readGatewayConfig({}),
  ...SERVER_DEFAULTS,
  ...Object.fromEntries(LIMIT_DEFAULTS),
};

function row({ name, value, about }: ExampleVariable): string[] {
  const readers = [
    ...(SERVER_VARIABLES.includes(name) ? ['server'] : []),
    ...(GATEWAY_VARIABLES.includes(name) ? ['gateway'] : []),
  ];
  return [code(name), value === '' ? '' : code(value), readers.join(', '), expected(name), about];
}

/** What the schema of a variable asks for, in its own words. */
function expected(name: string): string {
  for (const read of [readServerConfig, readGatewayConfig]) {
    try {
      read({ [name]: NONSENSE });
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      const faults = error.faults.map((fault) => fault.expected).join('; ');
      // Why the file could not be read is no part of what is wanted.
      return faults.replace(/ \([A-Z]+\)$/, '');
    }
  }
  return 'a text';
}
