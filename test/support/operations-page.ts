import { z } from 'zod';
import type { Operation } from '../../shared/define-operation.ts';
import { ERRORS } from '../../shared/errors.ts';
import { usageOf } from '../../shared/operation-usage.ts';
import { NOTIFICATIONS } from '../../shared/notifications.ts';
import { FACE_COMMANDS } from '../../shared/operations/operations-list.ts';
import { OPERATION_LIST } from '../../shared/operations/index.ts';
import { code, GENERATED, table } from './markdown.ts';

type Schema = Readonly<Record<string, unknown>>;

export function operationsPage(): string {
  return [
    GENERATED,
    '# Operations',
    'Made from `shared/operations`. The same operations are',
    'behind both faces of the server: as methods of JSON-RPC, and',
    'as commands of the text face where a command is given; some',
    'also have addresses of the [HTTP API](http.md).',
    'Inputs and outputs are objects; `?` marks a member that may',
    'be left out. `operations.list` gives the same at run time,',
    'as JSON Schema. How requests and streams travel is in',
    '[protocol.md](protocol.md), what the error keys mean in [errors.md](errors.md).',
    '',
    'Every operation may also fail with `invalid_params`, `too_many_pending` and `internal`.',
    '',
    table(
      ['operation', 'command', 'for', ''],
      OPERATION_LIST.map((operation) => [
        `[${operation.name}](#${operation.name.replaceAll('.', '').toLowerCase()})`,
        commandOf(operation),
        operation.access === 'anonymous' ? 'everybody' : operation.access,
        operation.summary.en,
      ]),
    ),
    '',
    'Commands of the text face alone:',
    '',
    ...FACE_COMMANDS.map(({ usage, summary }) => `- ${code(usage)}: ${summary.en}`),
    '',
    'Notifications that belong to no request:',
    '',
    ...Object.entries(NOTIFICATIONS).map(
      ([name, schema]) => `- ${code(name)} ${code(shapeOf(schema, 'output'))}`,
    ),
    '',
    ...OPERATION_LIST.map(section),
  ].join('\n');
}

function section(operation: Operation): string {
  const command = commandOf(operation);
  const events = Object.entries(operation.events ?? {});
  return [
    `## ${operation.name}`,
    `${operation.summary.en}.`,
    '',
    ...(command === '' ? [] : [`- Command: ${command}${askedFor(operation)}`]),
    ...(operation.commands ?? []).map(
      (form) => `- Command: ${code(usageOf(form, operation.input))}: ${form.summary.en}`,
    ),
    ...(operation.http ?? []).map(({ method, path }) => `- HTTP: ${code(`${method} ${path}`)}`),
    ...(operation.access === 'anonymous' ? [] : [`- Only for: ${operation.access}`]),
    `- Input: ${code(shapeOf(operation.input, 'input'))}`,
    `- Output: ${code(shapeOf(operation.output, 'output'))}`,
    ...events.map(([name, schema]) => `- Notification: ${code(name)} ${code(shapeOf(schema, 'output'))}`),
    ...(operation.errors.length === 0 ? [] : [`- Errors: ${operation.errors.map(code).join(', ')}`]),
    ...(operation.unnumbered
      ? ['- Its response stands outside of the numbering of a resumable session.']
      : []),
    '',
    '```json',
    ...operation.examples.flatMap(({ input, output }) => [
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: operation.name, params: input }),
      JSON.stringify({ jsonrpc: '2.0', id: 1, result: output }),
    ]),
    '```',
    '',
  ].join('\n');
}

function commandOf({ name, text, input }: Operation): string {
  if (!text) return '';
  if (name === 'chat.send') return 'a plain line';
  return code(usageOf(text, input));
}

function askedFor({ text }: Operation): string {
  const names = (text?.secrets ?? []).map(({ name }) => code(name));
  return names.length === 0 ? '' : `, which asks for ${names.join(' and ')}`;
}

/** A schema as one would write the type: `{ text: string, limit?: integer 1 to 200 }`. */
function shapeOf(schema: z.ZodType, io: 'input' | 'output'): string {
  return written({ ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) });
}

function written(schema: Schema): string {
  const values = schema['enum'];
  if (Array.isArray(values) && values.length === Object.keys(ERRORS).length) return 'error key';
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return (choices as Schema[]).map(written).join(' | ');
  switch (schema['type']) {
    case 'object':
      return writtenObject(schema);
    case 'array': {
      const items = written((schema['items'] ?? {}) as Schema);
      return items.includes(' | ') ? `(${items})[]` : `${items}[]`;
    }
    case 'string':
      return `string${range(schema['minLength'], schema['maxLength'])}`;
    case 'integer':
    case 'number':
      return `${schema['type']}${range(schema['minimum'], schema['maximum'])}`;
    case 'boolean':
      return 'boolean';
    default:
      return 'any';
  }
}

function writtenObject(schema: Schema): string {
  const required = (schema['required'] ?? []) as readonly string[];
  const members = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  if (members.length === 0) return schema['additionalProperties'] === false ? '{}' : 'object';
  const parts = members.map(
    ([name, each]) => `${name}${required.includes(name) ? '' : '?'}: ${written(each)}`,
  );
  return `{ ${parts.join(', ')} }`;
}

/** Bounds that say something: neither 0 nor those of every safe integer. */
function range(min: unknown, max: unknown): string {
  const hasMin = typeof min === 'number' && min > 0;
  const hasMax = typeof max === 'number' && max < Number.MAX_SAFE_INTEGER;
  if (hasMin && hasMax) return ` ${min} to ${max}`;
  if (hasMax) return ` up to ${max}`;
  return hasMin ? ` from ${min}` : '';
}
