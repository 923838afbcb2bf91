import type { Language } from './language.ts';
import { render } from './templates.ts';
import type { Register, Template } from './templates.ts';
import type { ReplyReading } from './message-reader.ts';

/**
 * Says things in one language and register, each list in turn. The state is the earlier replies themselves:
 * a list is gone through in turn without anything being remembered elsewhere.
 */
export class Speaker {
  readonly language: Language;
  readonly register: Register;
  readonly #replyCount: number;
  /** By template: the index of the last reply that said it. */
  readonly #lastSaid = new Map<Template, number>();

  constructor(language: Language, register: Register, replies: readonly ReplyReading[]) {
    this.language = language;
    this.register = register;
    this.#replyCount = replies.length;
    for (const [index, { said }] of replies.entries()) {
      for (const template of said) this.#lastSaid.set(template, index);
    }
  }

  /** A word or two in the person's register. */
  form(template: Template): string {
    return render(template, this.register);
  }

  /**
   * The next of a list, rendered. When everything in the list was in the last reply, the one said longest ago
   * is said again: in danger a repeated sentence is better than no sentence. An empty list gives an empty
   * string.
   */
  say(list: readonly Template[], slots: readonly string[] = []): string {
    const template = this.#takeTurn(list) ?? list[0];
    return template === undefined ? '' : this.#rendered(template, slots);
  }

  /** The next of a list whose slots can be filled; undefined when that would repeat the last reply. */
  trySay(list: readonly Template[], slots: readonly string[]): string | undefined {
    const template = this.#takeTurn(slots.length > 0 ? list : list.filter((candidate) => !candidate.hasSlot));
    return template === undefined ? undefined : this.#rendered(template, slots);
  }

  /**
   * The template of a list whose turn it is: one never said, in the list's order, else the one said longest
   * ago. Returns undefined when the list has nothing that was not in the very last reply.
   */
  #takeTurn(list: readonly Template[]): Template | undefined {
    let chosen: Template | undefined;
    let oldest = Infinity;
    for (const template of list) {
      const last = this.#lastSaid.get(template) ?? -1;
      if (last >= oldest) continue;
      chosen = template;
      oldest = last;
    }
    return this.#replyCount > 0 && oldest === this.#replyCount - 1 ? undefined : chosen;
  }

  #rendered(template: Template, slots: readonly string[]): string {
    const text = render(template, this.register, slots);
    // What fills a slot may begin with "el", and "de el" is written in one word; "de él" is not.
    return this.language === 'es'
      ? text.replace(/(?<!\p{L})(de|a) el(?= \p{L})/gu, (_two, word) => (word === 'de' ? 'del' : 'al'))
      : text;
  }
}
