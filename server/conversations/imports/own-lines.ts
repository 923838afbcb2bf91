/** The JSON lines of `users.export`, put together to conversations of our own format. */
import { ImportFault } from './imported-conversation.ts';

export interface OwnLines {
  /** As `conversations.export` would give it, and the line on which it begins. */
  readonly conversations: readonly { readonly value: object; readonly line: number }[];
}

interface Assembled {
  readonly folder: object | undefined;
  readonly messages: object[];
  readonly files: object[];
}

/** Undefined when the text is something else. Throws `ImportFault` for a line that is not JSON. */
export function readOwnLines(text: string): OwnLines | undefined {
  const lines = text.split('\n');
  if (!isOfExport(lines)) return undefined;
  const found = new Map<unknown, { value: Assembled; line: number }>();
  const folders = new Map<unknown, Readonly<Record<string, unknown>>>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const value = parsed(line);
    if (!isRecord(value)) throw notALine(index + 1);
    if (value['type'] === 'folder') {
      folders.set(value['id'], value);
    } else if (value['type'] === 'conversation') {
      // It names its folder, which comes before it.
      const folder = folders.get(value['folder']);
      found.set(value['id'], { value: { ...value, folder, messages: [], files: [] }, line: index + 1 });
    } else if (value['type'] === 'message') {
      // Each message names its conversation, which comes before it.
      found.get(value['conversation'])?.value.messages.push(value);
    } else if (value['type'] === 'file') {
      found.get(value['conversation'])?.value.files.push(value);
    }
  }
  return { conversations: [...found.values()] };
}

/** The first line is the profile, or where somebody has cut the file, another one with its type. */
function isOfExport(lines: readonly string[]): boolean {
  const first = lines.find((line) => line.trim() !== '');
  const value = first === undefined ? undefined : parsed(first);
  return isRecord(value) && typeof value['type'] === 'string' && LINE_TYPES.includes(value['type']);
}

const LINE_TYPES: readonly string[] = [
  'profile',
  'folder',
  'share',
  'conversation',
  'message',
  'file',
  'statement',
];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function notALine(line: number): ImportFault {
  return new ImportFault(`line ${line}`, {
    en: 'the line is not a JSON object',
    es: 'la línea no es un objeto JSON',
  });
}
