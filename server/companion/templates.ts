import { Automaton } from './matching/automaton.ts';

/** How the person is addressed in Spanish; English has one form and ignores it. */
export type Register = 'tú' | 'usted' | 'vos';

/**
 * A sentence or two with slots. `{1}` is the first thing the person said, reflected; `[te|le]` and
 * `[quieres|quiere|querés]` are the forms for tú, usted and vos (vos takes the form of tú when only two are
 * given).
 */
export interface Template {
  /** Its place in its book, counted from 0. */
  readonly id: number;
  readonly text: string;
  readonly hasSlot: boolean;
  /** The longest part that every rendering contains. */
  readonly constant: string;
  /** What it renders to, whatever the register is and whatever fills the slots. */
  readonly pattern: RegExp;
}

const FORMS = /\[([^\]]*)\]/gu;
const SLOT = /\{(\d)\}/gu;
/** So much of a template's constant is looked for in a reply before its pattern is tried. */
const LITERAL_LENGTH = 14;

/** Every template of the phrase files, each text once. */
export class TemplateBook {
  readonly #templates = new Map<string, Template>();

  get size(): number {
    return this.#templates.size;
  }

  add(text: string): Template {
    const known = this.#templates.get(text);
    if (known !== undefined) return known;
    const constant = longestConstant(text);
    const hasSlot = text.search(SLOT) >= 0;
    const template = { id: this.size, text, hasSlot, constant, pattern: patternOf(text) };
    this.#templates.set(text, template);
    return template;
  }

  /** Finds the templates of the book that a reply says. */
  finder(): TemplateFinder {
    return new TemplateFinder([...this.#templates.values()]);
  }
}

export class TemplateFinder {
  readonly #templates: readonly Template[];
  readonly #automaton: Automaton;
  /** Templates without a constant part, which only their pattern can find. */
  readonly #always: readonly Template[];

  constructor(templates: readonly Template[]) {
    const withConstant = templates.filter(({ constant }) => constant !== '');
    const literals = withConstant.map(({ id, constant }) => ({ text: findable(constant), owner: id }));
    this.#templates = templates;
    this.#automaton = new Automaton(literals, templates.length);
    this.#always = templates.filter(({ constant }) => constant === '');
  }

  saidIn(reply: string): readonly Template[] {
    const found = this.#automaton.find(reply).flatMap((id) => this.#templates[id] ?? []);
    const candidates = [...this.#always, ...found];
    return candidates.filter((template) => says(reply, template));
  }
}

export function render(template: Template, register: Register, slots: readonly string[] = []): string {
  return template.text
    .replace(FORMS, (_whole, forms: string) => formFor(forms.split('|'), register))
    .replace(SLOT, (_whole, digit: string) => slots[Number(digit) - 1] ?? '');
}

/** Whether a reply says a template, whatever the register was and whatever filled the slots. */
export function says(reply: string, template: Template): boolean {
  // Nearly every template is ruled out here, so that few patterns are ever compiled by the engine.
  return reply.includes(template.constant) && template.pattern.test(reply);
}

/** The end of a constant: beginnings such as "¿Qué es lo que" are those of many templates. */
function findable(constant: string): string {
  return constant.slice(-LITERAL_LENGTH);
}

function longestConstant(template: string): string {
  const parts = template.split(/\[[^\]]*\]|\{\d\}/u);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** The template as a pattern: the forms as alternatives, the slots as anything on one line. */
function patternOf(template: string): RegExp {
  const source = template
    .split(/(\[[^\]]*\]|\{\d\})/u)
    .map((part) => {
      if (/^\{\d\}$/u.test(part)) return '.{1,2000}?';
      if (!part.startsWith('[')) return escaped(part);
      return `(?:${part.slice(1, -1).split('|').map(escaped).join('|')})`;
    })
    .join('');
  return new RegExp(source, 'u');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

function formFor(forms: readonly string[], register: Register): string {
  const [tú = '', usted = tú, vos = tú] = forms;
  return { tú, usted, vos }[register];
}
