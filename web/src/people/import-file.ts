/** What is in a file that somebody wants to take over, cut into requests that the server takes. */
import { IMPORTED_TEXT_MAX } from '../../../shared/import-limits.ts';
import { isRecord, textOf, type Params } from '../../../shared/client/message.ts';

export const IMPORT_FILE_LIMITS = {
  /** The browser has all of it in memory, more than once. */
  fileBytesMax: 256 * 1024 * 1024,
  conversationsOfRequest: 100,
  /** Small enough that progress can be seen, and that a request is done long before it times out. */
  bytesOfRequest: 256 * 1024,
} as const;

/** `archive`: a ZIP file, as ChatGPT hands it out. `unknown`: of no kind that can be taken over. */
export type FileFault = 'archive' | 'unknown' | 'empty' | 'tooLarge';

export type FileContent =
  { readonly conversations: readonly Params[] } | { readonly fault: Exclude<FileFault, 'tooLarge'> };

/** Pictures in a file; they are not taken over, and would make a conversation too large to be sent. */
const PICTURE = /^data:[\w.+/-]+;base64,/;

export function readImportFile(text: string): FileContent {
  if (text.startsWith('PK\u0003\u0004')) return { fault: 'archive' };
  const values = jsonOf(text) ?? linesOf(text);
  if (!values) return { fault: 'unknown' };
  const records = values.filter(isRecord);
  const conversations = records.some(isOwnLine) ? assembled(records) : records;
  if (conversations.length === 0) return { fault: records.length > 0 ? 'empty' : 'unknown' };
  return conversations.some(isConversation) ? { conversations } : { fault: 'unknown' };
}

/** What the file calls it. */
export function titleOf({ title, chat }: Params): string {
  return textOf(title) || (isRecord(chat) ? textOf(chat['title']) : '');
}

export interface Requests {
  /** The conversations of each request. */
  readonly requests: readonly (readonly Params[])[];
  /** Those that no request can carry, or with a message that is too long. */
  readonly tooLarge: readonly Params[];
  /** Those that go without the contents of their files, which no request can carry. */
  readonly withoutFiles: readonly Params[];
}

/** `bytesMax` is what a request may have at most. */
export function requestsOf(conversations: readonly Params[], bytesMax: number): Requests {
  const { bytesOfRequest, conversationsOfRequest } = IMPORT_FILE_LIMITS;
  const requests: Params[][] = [];
  const tooLarge: Params[] = [];
  const withoutFiles: Params[] = [];
  let room = 0;
  for (const whole of conversations) {
    const one = bytesOf(whole) > bytesMax ? { ...whole, files: undefined } : whole;
    const bytes = bytesOf(one);
    if (one !== whole && isSent(whole, bytes, bytesMax)) withoutFiles.push(whole);
    const last = requests.at(-1);
    if (bytes > bytesMax || hasLongText(one)) tooLarge.push(one);
    else if (last && bytes <= room && last.length < conversationsOfRequest) last.push(one);
    else {
      requests.push([one]);
      room = Math.min(bytesMax, bytesOfRequest);
    }
    room -= bytes;
  }
  return { requests, tooLarge, withoutFiles };
}

/** Of a message that no import takes. Pictures are left out, and contents of files come in small pieces. */
function hasLongText(value: unknown): boolean {
  if (typeof value === 'string') return value.length > IMPORTED_TEXT_MAX && !PICTURE.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLongText);
}

/** It had files, and is small enough without them. */
function isSent({ files }: Params, bytes: number, bytesMax: number): boolean {
  return Array.isArray(files) && files.length > 0 && bytes <= bytesMax;
}

export function dataOf(conversations: readonly Params[]): string {
  return JSON.stringify(conversations, (_, value: unknown) =>
    typeof value === 'string' && PICTURE.test(value) ? '' : value,
  );
}

/** As it goes over the line: a text of JSON within JSON. */
function bytesOf(conversation: Params): number {
  return new TextEncoder().encode(JSON.stringify(dataOf([conversation]))).length;
}

function jsonOf(text: string): unknown[] | undefined {
  const value = parsed(text);
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value : [value];
}

/** The export of everything is a file of JSON lines. */
function linesOf(text: string): unknown[] | undefined {
  const values = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parsed);
  return values.includes(undefined) ? undefined : values;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function isOwnLine({ type, format }: Params): boolean {
  return type === 'profile' || (type === 'conversation' && format !== undefined);
}

/** Each message belongs to the conversation that it names. */
function assembled(lines: readonly Params[]): Params[] {
  const conversations = new Map<string, { head: Params; messages: Params[]; files: Params[] }>();
  const folders = new Map<unknown, Params>();
  for (const line of lines) {
    if (line['type'] === 'folder') folders.set(line['id'], line);
    if (line['type'] === 'conversation')
      conversations.set(textOf(line['id']), { head: withFolder(line, folders), messages: [], files: [] });
    const own = conversations.get(textOf(line['conversation']));
    if (line['type'] === 'message') own?.messages.push(line);
    if (line['type'] === 'file') own?.files.push(line);
  }
  return [...conversations.values()].map(({ head, messages, files }) => {
    return { ...head, messages, ...(files.length > 0 && { files }) };
  });
}

/** The folder itself instead of its id, since a request may have no line that says what is in the folder. */
function withFolder({ folder: id, ...head }: Params, folders: ReadonlyMap<unknown, Params>): Params {
  const folder = folders.get(id);
  if (!folder) return head;
  const { name, instructions } = folder;
  return { ...head, folder: { name, instructions } };
}

/** Open WebUI, ChatGPT, Hilo. */
function isConversation(value: Params): boolean {
  return ['chat', 'mapping', 'format'].some((member) => member in value);
}
