/** The JSON of our own export: `conversations.export` writes it. */
import { z } from 'zod';
import { FileContents, OwnAttachments, OwnFiles } from './own-files.ts';
import { orderedMessages, type ImportedConversation } from './imported-conversation.ts';

export const OWN_FORMAT = { format: 'hilo-conversation', version: 1 } as const;

const Time = z.iso.datetime();

export const OwnSchema = z.object({
  format: z.literal(OWN_FORMAT.format),
  version: z.literal(OWN_FORMAT.version),
  title: z.string(),
  status: z.enum(['open', 'closed', 'archived']),
  pinned: z.boolean(),
  instructions: z.string(),
  folder: z.object({ name: z.string(), instructions: z.string() }).optional(),
  createdAt: Time,
  updatedAt: Time,
  messages: z.array(
    z.object({
      id: z.string(),
      parent: z.string().optional(),
      role: z.enum(['user', 'assistant']),
      text: z.string(),
      createdAt: Time,
      attachments: OwnAttachments.optional(),
    }),
  ),
  files: OwnFiles.optional(),
});

export function isOwn(value: object): boolean {
  return 'format' in value;
}

export function readOwn(file: z.output<typeof OwnSchema>, place: string): ImportedConversation {
  const { title, status, pinned, instructions, folder } = file;
  const contents = new FileContents(file.files ?? [], place);
  const messages = file.messages.map(({ id, parent = null, role, text, createdAt, attachments = [] }) => {
    return { id, parent, role, text, at: Date.parse(createdAt), attachments: contents.of(id, attachments) };
  });
  return {
    title,
    status,
    pinned,
    instructions,
    folder,
    createdAt: Date.parse(file.createdAt),
    updatedAt: Date.parse(file.updatedAt),
    messages: orderedMessages(messages, `${place}messages`),
  };
}
