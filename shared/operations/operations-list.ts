import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ERRORS, type ErrorKey } from '../errors.ts';
import { AccessName, Empty } from './common.ts';

const errorKeys = Object.keys(ERRORS) as [ErrorKey, ...ErrorKey[]];

export const operationsList = defineOperation({
  name: 'operations.list',
  summary: { en: 'List what can be done here', es: 'Lista lo que se puede hacer aquí' },
  access: 'public',
  scope: 'any',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    operations: z.array(
      z.strictObject({
        name: z.string(),
        summary: z.string(),
        access: AccessName,
        effect: z.enum(['read', 'write', 'stream']),
        /** `/command <arg>`; absent where the text face has no such command. */
        usage: z.string().optional(),
        /** Its other commands. */
        commands: z.array(z.strictObject({ usage: z.string(), summary: z.string() })).optional(),
        /** JSON Schema, draft 2020-12. */
        input: z.record(z.string(), z.unknown()),
        output: z.record(z.string(), z.unknown()),
        events: z.record(z.string(), z.record(z.string(), z.unknown())),
        errors: z.array(z.enum(errorKeys)),
      }),
    ),
  }),
  errors: [],
  text: {
    command: 'help',
    args: [],
    render: ({ operations }, locale) => {
      const rows = operations
        .filter((operation) => operation.usage !== undefined && operation.name !== 'chat.send')
        .flatMap(({ usage = '', summary, commands = [] }) => [
          [usage, summary] as const,
          ...commands.map((each) => [each.usage, each.summary] as const),
        ]);
      const all = [...rows, ...FACE_COMMANDS.map(({ usage, summary }) => [usage, summary[locale]] as const)];
      const width = Math.max(...all.map(([usage]) => usage.length));
      return [INTRO[locale], ...all.map(([usage, summary]) => `  ${usage.padEnd(width)}  ${summary}`)].join(
        '\n',
      );
    },
  },
  examples: [{ input: {}, output: { operations: [] } }],
});

/** Commands of the text face itself. They are not operations, since they concern only its lines. */
export const FACE_COMMANDS = [
  {
    usage: '/paste',
    summary: {
      en: 'Send several lines as one message; a line with a single "." ends it',
      es: 'Envía varias líneas como un mensaje; una línea con un solo «.» lo termina',
    },
  },
  { usage: '/quit', summary: { en: 'Leave', es: 'Salir' } },
  {
    usage: '//text',
    summary: { en: 'Send a message that starts with a slash', es: 'Envía un mensaje que empieza con barra' },
  },
] as const;

const INTRO = {
  en: 'Write a line and press Enter to send it. Commands:',
  es: 'Escribe una línea y pulsa Enter para enviarla. Comandos:',
} as const;
