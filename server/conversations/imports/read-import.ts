/** Reads the text of a file that somebody wants to import, of whatever kind it is. */
import type { z } from 'zod';
import { wordsOfFault } from '../../../shared/fault-words.ts';
import { ChatGptSchema, isChatGpt, readChatGpt } from './chatgpt.ts';
import {
  ImportFault,
  IMPORT_LIMITS,
  storable,
  type ImportedConversation,
  type ImportedFolder,
} from './imported-conversation.ts';
import { isOpenWebUi, OpenWebUiSchema, readOpenWebUi } from './open-webui.ts';
import { isOwn, OwnSchema, readOwn } from './own-format.ts';
import { readOwnLines } from './own-lines.ts';

/** Throws `ImportFault` with the place of the first fault. Nothing is taken over then. */
export function readImport(text: string): ImportedConversation[] {
  const lines = readOwnLines(text);
  if (lines) {
    requireFew(lines.conversations.length, IMPORT_LIMITS.ownConversationsMax);
    return lines.conversations.map(({ value, line }) => {
      const place = `line ${line}.`;
      return bounded(readOne(value, place), place);
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ImportFault('JSON', { en: 'the data is not valid JSON', es: 'los datos no son JSON válido' });
  }
  if (!Array.isArray(value)) return [bounded(readOne(value, ''), '')];
  requireFew(value.length, IMPORT_LIMITS.conversationsMax);
  return value.map((one, index) => {
    const place = `[${index}].`;
    return bounded(readOne(one, place), place);
  });
}

function requireFew(count: number, max: number): void {
  if (count <= max) return;
  const es = `más de ${max} conversaciones a la vez`;
  throw new ImportFault('[]', { en: `more than ${max} conversations at once`, es });
}

function readOne(value: unknown, place: string): ImportedConversation {
  if (typeof value !== 'object' || value === null) throw unknownKind(place);
  if (isOwn(value)) return readOwn(checked(OwnSchema, value, place), place);
  if (isChatGpt(value)) return readChatGpt(checked(ChatGptSchema, value, place), place);
  if (isOpenWebUi(value)) return readOpenWebUi(checked(OpenWebUiSchema, value, place), place);
  throw unknownKind(place);
}

function unknownKind(place: string): ImportFault {
  const es = 'no es una conversación de un tipo conocido';
  return new ImportFault(place === '' ? '{}' : place.slice(0, -1), {
    en: 'no known kind of conversation',
    es,
  });
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, place: string): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (!issue) throw unknownKind(place);
  const [en, es] = [wordsOfFault(issue, 'en'), wordsOfFault(issue, 'es')];
  throw new ImportFault(`${place}${en.path.map(String).join('.')}`, { en: en.text, es: es.text });
}

function bounded(conversation: ImportedConversation, place: string): ImportedConversation {
  const { messagesMax, textMax, titleMax, instructionsMax } = IMPORT_LIMITS;
  const { messages, title, instructions, folder } = conversation;
  if (messages.length > messagesMax) {
    const count = messages.length;
    const es = `${count} mensajes; como máximo ${messagesMax}`;
    throw new ImportFault(`${place}messages`, { en: `${count} messages; at most ${messagesMax}`, es });
  }
  const long = messages.find(({ text }) => text.length > textMax);
  if (long) {
    const es = `más de ${textMax} caracteres`;
    throw new ImportFault(`${place}messages.${long.id}`, { en: `more than ${textMax} characters`, es });
  }
  return {
    ...conversation,
    title: lineOf(title, titleMax),
    instructions: textOf(instructions, instructionsMax),
    folder: folder && boundedFolder(folder),
  };
}

/** Undefined when it has no name. */
function boundedFolder({ name, instructions }: ImportedFolder): ImportedFolder | undefined {
  const { folderNameMax, instructionsMax } = IMPORT_LIMITS;
  const line = lineOf(name, folderNameMax);
  return line === '' ? undefined : { name: line, instructions: textOf(instructions, instructionsMax) };
}

function lineOf(text: string, max: number): string {
  return textOf(text.replaceAll(/\s+/g, ' '), max);
}

function textOf(text: string, max: number): string {
  return storable(text).trim().slice(0, max).toWellFormed();
}
