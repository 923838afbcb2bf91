/** A conversation of ChatGPT's export (`conversations.json`): a mapping of nodes to their parents. */
import { z } from 'zod';
import { orderedMessages, type FileMessage, type ImportedConversation } from './imported-conversation.ts';

const Seconds = z.number().nonnegative().max(1e11).nullish();

const Node = z.object({
  id: z.string().optional(),
  parent: z.string().nullish(),
  message: z
    .object({
      author: z.object({ role: z.string() }),
      create_time: Seconds,
      content: z.object({
        content_type: z.string(),
        /** Texts, and objects for images and the like. */
        parts: z.array(z.unknown()).optional(),
        text: z.string().optional(),
      }),
      metadata: z.object({ is_visually_hidden_from_conversation: z.boolean().optional() }).optional(),
    })
    .nullish(),
});

export const ChatGptSchema = z.object({
  title: z.string().nullish(),
  create_time: Seconds,
  update_time: Seconds,
  is_archived: z.boolean().nullish(),
  mapping: z.record(z.string(), Node),
});

export function isChatGpt(value: object): boolean {
  return 'mapping' in value;
}

export function readChatGpt(file: z.output<typeof ChatGptSchema>, place: string): ImportedConversation {
  const nodes = Object.entries(file.mapping);
  const messages = orderedMessages(nodes.map(messageOf), `${place}mapping`);
  return {
    title: file.title ?? '',
    status: file.is_archived === true ? 'archived' : 'open',
    pinned: false,
    instructions: '',
    createdAt: milliseconds(file.create_time),
    updatedAt: milliseconds(file.update_time),
    messages,
  };
}

function messageOf([id, { parent, message }]: [string, z.output<typeof Node>]): FileMessage {
  const isHidden = message?.metadata?.is_visually_hidden_from_conversation === true;
  const role = isHidden ? 'hidden' : (message?.author.role ?? 'none');
  const at = milliseconds(message?.create_time);
  return { id, parent: parent ?? null, role, text: message ? textOf(message.content) : '', at };
}

function textOf({ content_type: type, parts = [], text = '' }: Content): string {
  if (type === 'code') return `\`\`\`\n${text}\n\`\`\``;
  if (type !== 'text' && type !== 'multimodal_text') return '';
  return parts.filter((part) => typeof part === 'string').join('\n');
}

type Content = NonNullable<z.output<typeof Node>['message']>['content'];

function milliseconds(seconds: number | null | undefined): number | undefined {
  return typeof seconds === 'number' ? Math.round(seconds * 1_000) : undefined;
}
