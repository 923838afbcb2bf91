/** The files that people take with them, page by page: the pages one after the other are the file. */
import type { Localised } from '../../shared/locale.ts';
import type { FilesPage } from './conversation-files.ts';
import { headOf, messageOf, type MessagesPage, type WholeConversation } from './conversation-transfer.ts';

export interface ExportPage extends MessagesPage {
  readonly conversation: WholeConversation;
  /** The last message of the page before; undefined on the first page. */
  readonly after: number | undefined;
}

/** `hasFiles`: pages with the contents of files follow the last one of messages. */
export function jsonPage({ conversation, messages, after, next }: ExportPage, hasFiles: boolean): string {
  const head = JSON.stringify(headOf(conversation)).slice(0, -1);
  const start = after === undefined ? `${head},"messages":[\n` : ',\n';
  const end = next !== undefined ? '' : hasFiles ? '\n],"files":[\n' : '\n]}\n';
  return start + messages.map((message) => JSON.stringify(messageOf(message))).join(',\n') + end;
}

export function filesPage({ pieces, next }: FilesPage, isFirst: boolean): string {
  const start = isFirst || pieces.length === 0 ? '' : ',\n';
  const end = next === undefined ? '\n]}\n' : '';
  return start + pieces.map((piece) => JSON.stringify(piece)).join(',\n') + end;
}

/** The messages in their order; where one does not follow the one before it, the text says so. */
export function markdownPage({ conversation, messages, after }: ExportPage, locale: keyof Localised): string {
  const title = conversation.title === '' ? UNTITLED[locale] : conversation.title;
  const start = after === undefined ? `# ${title}\n\n` : '';
  let before = after ?? null;
  const parts = messages.map(({ number, parent, role, text, created_at, attachments = [] }) => {
    const time = new Date(created_at).toISOString().slice(0, 16).replace('T', ' ');
    const files = attachments.map(({ name }) => `*${WITH[locale]} ${name}*\n\n`).join('');
    const note = parent === before ? '' : `*${BRANCH[locale]}*\n\n`;
    before = number;
    const words = text === '' ? `*${ERASED[locale]}*` : text;
    return `## ${WHO[role][locale]} · ${time}\n\n${note}${files}${words}\n\n`;
  });
  return start + parts.join('');
}

const UNTITLED: Localised = { en: 'Conversation', es: 'Conversación' };
const WITH: Localised = { en: 'with', es: 'con' };
const BRANCH: Localised = { en: 'another version', es: 'otra versión' };
const ERASED: Localised = { en: 'erased', es: 'borrado' };
const WHO = {
  user: { en: 'You', es: 'Tú' },
  assistant: { en: 'Answer', es: 'Respuesta' },
} as const;
