import { reply } from './companion.ts';
import type { CompanionInput } from './companion.ts';
import type { Message } from './conversation.ts';

/** Says each thing in turn and gives the replies. */
export function talk(locale: CompanionInput['locale'], said: readonly string[]): string[] {
  const messages: Message[] = [];
  return said.map((content) => {
    messages.push({ role: 'user', content });
    const answer = reply({ messages, locale });
    messages.push({ role: 'assistant', content: answer });
    return answer;
  });
}

export function first(message: string, locale: CompanionInput['locale'] = 'en'): string {
  return talk(locale, [message])[0] ?? '';
}

export function last(locale: CompanionInput['locale'], ...said: string[]): string {
  return talk(locale, said).at(-1) ?? '';
}
