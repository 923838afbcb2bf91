import type { Language } from './helplines.ts';
import { hasSlot, render, takeTurn } from './templates.ts';
import type { Register, Template } from './templates.ts';

/**
 * Says things in one language and register, each list in turn, by what was said earlier in the
 * conversation.
 */
export interface Speaker {
  readonly language: Language;
  readonly register: Register;
  /** A word or two in the person's register. */
  form(template: Template): string;
  /**
   * The next of a list, rendered. When everything in the list was in the last reply, the one said longest
   * ago is said again: in danger a repeated sentence is better than none. An empty list gives an empty
   * string.
   */
  say(list: readonly Template[], slots?: readonly string[]): string;
  /** The next of a list whose slots can be filled; undefined when that would repeat the last reply. */
  trySay(list: readonly Template[], slots: readonly string[]): string | undefined;
}

export function speakerOf(language: Language, register: Register, replies: readonly string[]): Speaker {
  const said = (template: Template, slots: readonly string[]): string => {
    const text = render(template, register, slots);
    // What fills a slot may begin with "el", and "de el" is written in one word; "de él" is not.
    return language === 'es'
      ? text.replace(/(?<!\p{L})(de|a) el(?= \p{L})/gu, (_two, word) => (word === 'de' ? 'del' : 'al'))
      : text;
  };
  return {
    language,
    register,
    form: (template) => render(template, register),
    say(list, slots = []) {
      const template = takeTurn(list, replies) ?? list[0];
      return template === undefined ? '' : said(template, slots);
    },
    trySay(list, slots) {
      const filled = list.filter((template) => slots.length > 0 || !hasSlot(template));
      const template = takeTurn(filled, replies);
      return template === undefined ? undefined : said(template, slots);
    },
  };
}
