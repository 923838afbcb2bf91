/**
 * Canonical text of entries, both ways, derived from the schemas once.
 *
 * Since every member is a string without escapes and the members are fixed and sorted, the canonical texts of
 * a type are a regular language. One sticky expression a type therefore proves in one pass that a text is
 * well formed, canonical JSON (RFC 8785) and of its schema, at a quarter of the cost of parsing JSON and
 * writing it again.
 */
import { z } from 'zod';
import { entrySchemas, type Entry, type EntryType } from './entries.ts';

interface EntryFormat {
  /** The member names in canonical order. */
  members: string[];
  /** The text before each member's value, the first brace included. */
  starts: string[];
  pattern: RegExp;
  build(match: RegExpExecArray): Entry;
}

/** An entry found in a longer text, and where it ends. */
export interface FoundEntry {
  entry: Entry;
  end: number;
}

/**
 * Literals for the types that make up nearly all of a ledger: filling an object member by member costs more
 * than matching its text. The members stand in canonical order, as they do in the pattern; a test compares
 * them with `buildEntry`.
 */
const frequentTypes: Readonly<Record<string, (match: RegExpExecArray) => Entry>> = {
  charge: (match) => ({
    account: match[1] ?? '',
    actor: match[2] ?? '',
    amount: match[3] ?? '',
    answer: match[4] ?? '',
    at: match[5] ?? '',
    degraded: match[6] === 'true' ? 'true' : 'false',
    finish: match[7] ?? '',
    hold: match[8] ?? '',
    id: match[9] ?? '',
    inputTokens: match[10] ?? '',
    model: match[11] ?? '',
    outputTokens: match[12] ?? '',
    prompt: match[13] ?? '',
    route: match[14] ?? '',
    service: match[15] ?? '',
    trace: match[16] ?? '',
    type: 'charge',
    usage: match[18] === 'reported' ? 'reported' : 'estimated',
  }),
  hold: (match) => ({
    account: match[1] ?? '',
    amount: match[2] ?? '',
    at: match[3] ?? '',
    expires: match[4] ?? '',
    id: match[5] ?? '',
    type: 'hold',
  }),
  settle: (match) => ({
    account: match[1] ?? '',
    amount: match[2] ?? '',
    at: match[3] ?? '',
    hold: match[4] ?? '',
    id: match[5] ?? '',
    returned: match[6] ?? '',
    type: 'settle',
  }),
  exchange: (match) => ({
    account: match[1] ?? '',
    answer: match[2] ?? '',
    at: match[3] ?? '',
    degraded: match[4] === 'true' ? 'true' : 'false',
    finish: match[5] ?? '',
    id: match[6] ?? '',
    inputTokens: match[7] ?? '',
    model: match[8] ?? '',
    outputTokens: match[9] ?? '',
    prompt: match[10] ?? '',
    trace: match[11] ?? '',
    type: 'exchange',
    usage: match[13] === 'reported' ? 'reported' : 'estimated',
  }),
};

interface MemberSchema {
  pattern?: string;
  const?: string;
  enum?: string[];
}

function patternOf(member: MemberSchema): string {
  if (member.const !== undefined) return escapeRegExp(member.const);
  if (member.enum !== undefined) return member.enum.map(escapeRegExp).join('|');
  if (member.pattern === undefined) throw new TypeError('A member of an entry has no pattern');
  return member.pattern.replace(/^\^/, '').replace(/\$$/, '');
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const typeMember = '"type":"';
const formats = new Map(Object.entries(entrySchemas).map(([type, schema]) => [type, formatOf(type, schema)]));

/**
 * The canonical text. The entry's values must match its schema; `parseEntry` of the result says whether they
 * do.
 */
export function formatEntry(entry: Entry): string {
  const format = formats.get(entry.type);
  if (format === undefined) throw new TypeError(`No entry has the type ${entry.type as string}`);
  const values = entry as unknown as Record<string, string>;
  let text = '';
  for (let at = 0; at < format.members.length; at += 1) {
    text += format.starts[at] ?? '';
    text += values[format.members[at] ?? ''] ?? '';
  }
  return `${text}"}`;
}

/** Reads one entry from its whole canonical text. */
export function parseEntry(text: string): Entry | undefined {
  const found = findEntry(text, 0);
  return found?.end === text.length ? found.entry : undefined;
}

/** Whether a text is the canonical text of an entry of this type; cheaper than to read it. */
export function isEntryText(text: string, type: EntryType): boolean {
  const pattern = formats.get(type)?.pattern;
  if (pattern === undefined) return false;
  pattern.lastIndex = 0;
  return pattern.test(text) && pattern.lastIndex === text.length;
}

/** Reads the entry that starts at `from`. Undefined when no canonical entry does. */
export function findEntry(text: string, from: number): FoundEntry | undefined {
  // No value can hold a quotation mark, so the first `"type":"` after the start is this entry's own member.
  const typeStart = text.indexOf(typeMember, from) + typeMember.length;
  if (typeStart < typeMember.length) return undefined;
  const typeEnd = text.indexOf('"', typeStart);
  const format = formats.get(text.slice(typeStart, typeEnd));
  if (format === undefined) return undefined;
  format.pattern.lastIndex = from;
  const match = format.pattern.exec(text);
  if (match === null) return undefined;
  return { entry: format.build(match), end: format.pattern.lastIndex };
}

/** Why an entry does not fit its schema, for messages; empty when it does. */
export function explainEntry(entry: Entry): string {
  const schema = entrySchemas[entry.type] as z.ZodType | undefined;
  if (schema === undefined) return 'Unknown type';
  const result = schema.safeParse(entry);
  return result.success ? '' : z.prettifyError(result.error);
}

function formatOf(type: string, schema: z.ZodObject): EntryFormat {
  const described = z.toJSONSchema(schema) as { properties: Record<string, MemberSchema> };
  // Array.sort compares UTF-16 code units, which is the order that RFC 8785 asks for.
  const members = Object.keys(described.properties).sort();
  const starts = members.map((member, at) => `${at === 0 ? '{' : '",'}"${member}":"`);
  const values = members.map((member) => `(${patternOf(described.properties[member] ?? {})})`);
  const source = starts.map((start, at) => escapeRegExp(start) + (values[at] ?? '')).join('');
  const build = frequentTypes[type] ?? ((match) => buildEntry(members, match));
  return { members, starts, pattern: new RegExp(`${source}"\\}`, 'y'), build };
}

function buildEntry(members: readonly string[], match: RegExpExecArray): Entry {
  const values: Record<string, string> = {};
  for (const [at, member] of members.entries()) values[member] = match[at + 1] ?? '';
  return values as unknown as Entry;
}
