import type { CareQuestion } from './care/care-replies.ts';
import type { Message, MessageReader, PersonReading, ReplyReading } from './message-reader.ts';

/** The conversation as the companion reads it. Its only memory is what is in here. */
export interface Conversation {
  /** Everything the person said, oldest first, the newest message included. */
  readonly persons: readonly PersonReading[];
  /** For each of these, the question that the reply before it ended with. */
  readonly asked: readonly CareQuestion[];
  /** The newest message: what is to be answered. */
  readonly message: string;
  /** Every earlier reply, the companion's or a model's, oldest first. */
  readonly replies: readonly ReplyReading[];
}

export function readConversation(messages: readonly Message[], reader: MessageReader): Conversation {
  const persons: PersonReading[] = [];
  const asked: CareQuestion[] = [];
  const replies: ReplyReading[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') replies.push(reader.reply(message));
    if (message.role !== 'user') continue;
    persons.push(reader.person(message));
    asked.push(replies.at(-1)?.asked ?? 'none');
  }
  return { persons, asked, message: persons.at(-1)?.text ?? '', replies };
}
