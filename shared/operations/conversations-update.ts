import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ModelName } from './common.ts';
import {
  ConversationReference,
  EXAMPLE_SUMMARY,
  FolderId,
  Instructions,
  PersonaId,
  shownConversation,
  Title,
} from './conversation-fields.ts';
import { ConversationStatus, ConversationSummary } from './conversation-shapes.ts';

export const conversationsUpdate = defineOperation({
  name: 'conversations.update',
  summary: { en: 'Rename a conversation ("." is this one)', es: 'Renombra una conversación («.» es esta)' },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    conversation: ConversationReference,
    title: Title.optional(),
    pinned: z.boolean().optional(),
    /** Closed and archived ones take no messages until they are opened again. */
    status: ConversationStatus.optional(),
    /** Null takes it out of its folder. So it is with route and persona. */
    folder: FolderId.nullable().optional(),
    route: ModelName.nullable().optional(),
    persona: PersonaId.nullable().optional(),
    instructions: Instructions.optional(),
  }),
  output: ConversationSummary,
  errors: ['not_found', 'too_many_kept'],
  http: [{ method: 'PATCH', path: '/conversations/{conversation}' }],
  text: {
    command: 'rename',
    args: ['conversation', '...title'],
    render: (conversation, locale) => shownConversation(conversation, locale),
  },
  commands: [
    form(
      'close',
      { status: 'closed' },
      'Close a conversation: it takes no messages',
      'Cierra una conversación: no admite mensajes',
    ),
    form(
      'reopen',
      { status: 'open' },
      'Open a closed or archived one again',
      'Reabre una cerrada o archivada',
    ),
    form('archive', { status: 'archived' }, 'Archive a conversation', 'Archiva una conversación'),
    form(
      'pin',
      { pinned: true },
      'Pin a conversation to the top of the list',
      'Fija una conversación al principio de la lista',
    ),
    form('unpin', { pinned: false }, 'Unpin it', 'Deja de fijarla'),
    {
      ...form('move', {}, 'Move a conversation into a folder', 'Mueve una conversación a una carpeta'),
      args: ['conversation', '...folder'],
    },
    {
      ...form('persona', {}, 'Give a conversation a persona', 'Da un personaje a una conversación'),
      args: ['conversation', 'persona'],
    },
    {
      ...form('instruct', {}, 'Tell the model something for good', 'Di algo al modelo para siempre'),
      args: ['conversation', '...instructions'],
    },
    form('unfile', { folder: null }, 'Take it out of its folder', 'La saca de su carpeta'),
  ],
  examples: [
    { input: { conversation: EXAMPLE_SUMMARY.id, title: 'A trip to the sea' }, output: EXAMPLE_SUMMARY },
  ],
});

function form(command: string, given: Readonly<Record<string, unknown>>, en: string, es: string) {
  return { command, args: ['conversation'], given, summary: { en, es } };
}
