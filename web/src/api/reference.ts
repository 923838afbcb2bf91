/** From `/openapi.json` to what the page shows: operations in groups, with types as people write them. */
import { isRecord, textOf, type Params } from '../../../shared/client/message.ts';
import type { Locale } from '../../../shared/locale.ts';

export interface Member {
  readonly name: string;
  readonly place: 'path' | 'query' | 'body';
  readonly type: string;
  readonly isRequired: boolean;
  /** What the description says of it. */
  readonly text: string;
}

export interface Output {
  readonly contentType: string;
  readonly type: string;
  readonly text: string;
}

export interface Failure {
  readonly status: string;
  readonly text: string;
}

export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly group: string;
  readonly summary: Readonly<Record<Locale, string>>;
  readonly access: string;
  readonly members: readonly Member[];
  /** Prefilled; undefined when it takes no body. */
  readonly body: string | undefined;
  readonly successStatus: string;
  readonly outputs: readonly Output[];
  readonly failures: readonly Failure[];
}

export interface ApiGroup {
  readonly name: string;
  readonly operations: readonly ApiOperation[];
}

/** What most people come for is first; the rest follows in the order of the alphabet. */
const FIRST_GROUPS = ['OpenAI', 'Anthropic', 'Ollama', 'chat', 'conversations', 'folders', 'keys', 'users'];

export function readReference(description: Params): ApiGroup[] {
  const operations = Object.entries(recordOf(description['paths'])).flatMap(([path, methods]) =>
    Object.entries(recordOf(methods)).map(([method, told]) => readOperation(method, path, recordOf(told))),
  );
  const groups = [...Map.groupBy(operations, ({ group }) => group)];
  return groups
    .map(([name, own]) => ({ name, operations: own }))
    .toSorted((one, other) => rankOf(one.name) - rankOf(other.name) || one.name.localeCompare(other.name));
}

/** Every word has to be found in the method, the path, the group or the summary. */
export function search(groups: readonly ApiGroup[], wanted: string, locale: Locale): ApiGroup[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.flatMap(({ name, operations }) => {
    const found = operations.filter(({ method, path, summary }) => {
      const text = `${method} ${path} ${name} ${summary[locale]}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return found.length > 0 ? [{ name, operations: found }] : [];
  });
}

/** What it does cannot be taken back, or it happens to somebody else. */
export function isGrave({ id, method, access }: ApiOperation): boolean {
  return method === 'DELETE' || /erase/i.test(id) || (access === 'admin' && method !== 'GET');
}

/** As TypeScript writes it, in one line as long as that is short. */
export function typeText(schema: unknown, depth = 0): string {
  const told = recordOf(schema);
  if ('const' in told) return JSON.stringify(told['const']);
  const choices = told['enum'] ?? undefined;
  if (Array.isArray(choices)) return choices.map((one) => JSON.stringify(one)).join(' | ');
  const several = told['anyOf'] ?? told['oneOf'];
  if (Array.isArray(several)) return several.map((one) => typeText(one, depth)).join(' | ');
  const { type } = told;
  if (Array.isArray(type)) return type.join(' | ');
  if (type === 'array') {
    const items = typeText(told['items'], depth);
    return / [|] /.test(items) && !items.startsWith('{') ? `(${items})[]` : `${items}[]`;
  }
  if (type === 'object') return objectText(told, depth);
  return textOf(type) || 'any';
}

const LINE_CHARACTERS_MAX = 60;

function objectText(schema: Params, depth: number): string {
  const required = requiredOf(schema);
  const members = Object.entries(recordOf(schema['properties'])).map(
    ([name, member]) => `${name}${required.includes(name) ? '' : '?'}: ${typeText(member, depth + 1)}`,
  );
  if (members.length === 0) return 'object';
  const short = `{ ${members.join(', ')} }`;
  if (short.length <= LINE_CHARACTERS_MAX && !short.includes('\n')) return short;
  const indent = '  '.repeat(depth + 1);
  return `{\n${members.map((member) => `${indent}${member}`).join(',\n')}\n${'  '.repeat(depth)}}`;
}

function readOperation(method: string, path: string, told: Params): ApiOperation {
  const summary = textOf(told['summary']);
  const body = recordOf(recordOf(recordOf(told['requestBody'])['content'])['application/json']);
  const responses = Object.entries(recordOf(told['responses']));
  const [successStatus, success] = responses.find(([status]) => status.startsWith('2')) ?? ['200', {}];
  return {
    id: textOf(told['operationId']),
    method: method.toUpperCase(),
    path,
    group: textOf(listOf(told['tags'])[0]),
    summary: { en: summary, es: textOf(told['x-summary-es']) || summary },
    access: textOf(told['x-access']),
    members: [...listOf(told['parameters']).map(parameterOf), ...bodyMembers(recordOf(body['schema']))],
    body: isRecord(body['schema']) ? prefilled(body) : undefined,
    successStatus,
    outputs: outputsOf(recordOf(success)),
    failures: responses
      .filter(([status]) => !status.startsWith('2'))
      .map(([status, failure]) => ({ status, text: textOf(recordOf(failure)['description']) })),
  };
}

function parameterOf(parameter: unknown): Member {
  const told = recordOf(parameter);
  return {
    name: textOf(told['name']),
    place: told['in'] === 'path' ? 'path' : 'query',
    type: typeText(told['schema']),
    isRequired: told['required'] === true,
    text: textOf(recordOf(told['schema'])['description']),
  };
}

function bodyMembers(schema: Params): Member[] {
  const required = requiredOf(schema);
  return Object.entries(recordOf(schema['properties'])).map(([name, member]) => ({
    name,
    place: 'body',
    type: typeText(member),
    isRequired: required.includes(name),
    text: textOf(recordOf(member)['description']),
  }));
}

/** The example, or an empty value for each member that must be there. */
function prefilled({ example, schema }: Params): string {
  if (isRecord(example)) return JSON.stringify(example, null, 2);
  const told = recordOf(schema);
  const members = recordOf(told['properties']);
  const empty = requiredOf(told).map((name) => [name, emptyOf(recordOf(members[name]))]);
  return JSON.stringify(Object.fromEntries(empty), null, 2);
}

function emptyOf(schema: Params): unknown {
  const choices = listOf(schema['enum']);
  if (choices.length > 0) return choices[0];
  switch (schema['type']) {
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 0;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return '';
  }
}

function outputsOf(success: Params): Output[] {
  return Object.entries(recordOf(success['content'])).map(([contentType, told]) => {
    const schema = recordOf(recordOf(told)['schema']);
    return { contentType, type: typeText(schema), text: textOf(schema['description']) };
  });
}

function rankOf(group: string): number {
  const rank = FIRST_GROUPS.indexOf(group);
  return rank < 0 ? FIRST_GROUPS.length : rank;
}

function requiredOf(schema: Params): string[] {
  return listOf(schema['required']).map(textOf);
}

function recordOf(value: unknown): Params {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
