/** A conversation of Open WebUI's export: its history names the parent of each message. */
import { z } from 'zod';
import { orderedMessages, type ImportedConversation } from './imported-conversation.ts';

/** Of messages in seconds, in newer versions of other members in milliseconds or nanoseconds. */
const Time = z.number().nonnegative().nullish();

const Message = z.object({
  parentId: z.string().nullish(),
  role: z.string(),
  content: z.union([z.string(), z.array(z.object({ type: z.string(), text: z.string().optional() }))]),
  timestamp: Time,
});

export const OpenWebUiSchema = z.object({
  title: z.string().nullish(),
  archived: z.boolean().nullish(),
  pinned: z.boolean().nullish(),
  created_at: Time,
  updated_at: Time,
  chat: z.object({
    title: z.string().nullish(),
    system: z.string().nullish(),
    history: z.object({ messages: z.record(z.string(), Message) }),
  }),
});

export function isOpenWebUi(value: object): boolean {
  return 'chat' in value;
}

export function readOpenWebUi(file: z.output<typeof OpenWebUiSchema>, place: string): ImportedConversation {
  const { chat } = file;
  const messages = Object.entries(chat.history.messages).map(
    ([id, { parentId, role, content, timestamp }]) => {
      return { id, parent: parentId ?? null, role, text: textOf(content), at: milliseconds(timestamp) };
    },
  );
  return {
    title: file.title ?? chat.title ?? '',
    status: file.archived === true ? 'archived' : 'open',
    pinned: file.pinned === true,
    instructions: chat.system ?? '',
    createdAt: milliseconds(file.created_at),
    updatedAt: milliseconds(file.updated_at),
    messages: orderedMessages(messages, `${place}chat.history.messages`),
  };
}

function textOf(content: z.output<typeof Message>['content']): string {
  if (typeof content === 'string') return content;
  return content.map(({ type, text = '' }) => (type === 'text' ? text : '')).join('\n');
}

/** Seconds have ten digits, milliseconds thirteen, and nanoseconds nineteen. */
function milliseconds(time: number | null | undefined): number | undefined {
  if (typeof time !== 'number') return undefined;
  if (time < 1e11) return Math.round(time * 1_000);
  return Math.round(time < 1e14 ? time : time / 1e6);
}
