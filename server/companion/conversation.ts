/** One message of the conversation handed in. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What the person said, and what they had been told just before. */
export interface Turn {
  readonly said: string;
  /** The reply that this answers; undefined at the beginning. */
  readonly after: string | undefined;
}

/** The conversation as the companion reads it. Its only memory is what is in here. */
export interface Conversation {
  readonly turns: readonly Turn[];
  /** The newest message: what is to be answered. */
  readonly message: string;
  /** Everything the person said, oldest first, the newest message included. */
  readonly persons: readonly string[];
  /** Every earlier reply, the companion's or a model's, oldest first. */
  readonly replies: readonly string[];
}

export function readConversation(messages: readonly Message[]): Conversation {
  const turns: Turn[] = [];
  const replies: string[] = [];
  for (const { role, content } of messages) {
    if (role === 'assistant') replies.push(content);
    if (role === 'user') turns.push({ said: content, after: replies.at(-1) });
  }
  const persons = turns.map(({ said }) => said);
  return { turns, message: persons.at(-1) ?? '', persons, replies };
}
