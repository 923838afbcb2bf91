import type { Companion, CompanionInput, Message } from './index.ts';

type Locale = CompanionInput['locale'];

export interface Talk {
  /** Says each thing in turn and gives the replies. */
  readonly talk: (locale: Locale, said: readonly string[]) => string[];
  /** The reply to a first message. */
  readonly first: (message: string, locale?: Locale) => string;
  /** The last reply of a conversation. */
  readonly last: (locale: Locale, ...said: string[]) => string;
}

export function talkTo(companion: Companion): Talk {
  const talk = (locale: Locale, said: readonly string[]): string[] => {
    const messages: Message[] = [];
    return said.map((content) => {
      messages.push({ role: 'user', content });
      const answer = companion.reply({ messages, locale });
      messages.push({ role: 'assistant', content: answer });
      return answer;
    });
  };
  return {
    talk,
    first: (message, locale = 'en') => talk(locale, [message])[0] ?? '',
    last: (locale, ...said) => talk(locale, said).at(-1) ?? '',
  };
}
