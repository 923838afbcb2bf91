import { readGatewayConfig } from '../../gateway/config.ts';
import { readServerConfig, SERVER_VARIABLES } from '../../server/config/config.ts';
import { EnvironmentError } from '../../shared/environment.ts';
import { exampleVariables, type ExampleVariable } from './example-environment.ts';
import { code, GENERATED, table } from './markdown.ts';

/** No number, address, choice, list or JSON, so that a schema says what it wants instead. */
const NONSENSE = 'not, "this"!';

export function settingsPage(): string {
  const variables = exampleVariables();
  const sections = [...new Set(variables.map(({ section }) => section))];
  return [
    GENERATED,
    '# Settings',
    'Environment variables, or lines in a file `.env` in the',
    'folder from which Hilo is started; the environment wins.',
    'Made from [.env.example](../.env.example), the schemas in',
    '`server/config/config.ts` and `gateway/config.ts`. Both processes',
    'check everything when they start and name every fault at once; what they do not know they ignore.',
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

function row({ name, value, about }: ExampleVariable): string[] {
  const readers = [
    ...(SERVER_VARIABLES.includes(name) ? ['server'] : []),
    ...(GATEWAY_VARIABLES.includes(name) ? ['gateway'] : []),
  ];
  return [code(name), value === '' ? '' : code(value), readers.join(', '), expected(name), about];
}

const GATEWAY_VARIABLES = Object.keys(readGatewayConfig({}));

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
