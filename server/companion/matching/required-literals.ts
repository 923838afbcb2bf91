/** What is known of the strings that a part of a pattern matches. */
interface Known {
  /** Every string that the part matches, when they are few; undefined otherwise. */
  readonly exact: readonly string[] | undefined;
  /** Every match contains one of these; undefined when nothing such is known. */
  readonly required: readonly string[] | undefined;
}

/** More strings than this are not listed: the automaton would grow faster than it rules out. */
const EXACT_MAX = 32;
/** A literal longer than this is not better, so that the list with fewer literals wins. */
const LENGTH_THAT_MATTERS = 8;
const CLASS_MAX = 4;

const UNKNOWN: Known = { exact: undefined, required: undefined };
const NOTHING: Known = { exact: [''], required: undefined };

/**
 * Strings of which every match of a regular expression contains at least one. Undefined when no such list
 * is found: the expression must then be tried on every text. Understands what the phrase files use: groups,
 * choices, classes, quantifiers, lookarounds (which are taken to hold) and the usual escapes.
 */
export function requiredLiterals(source: string): readonly string[] | undefined {
  const parser = new PatternParser(source);
  const known = parser.choice();
  if (!parser.isAtEnd) throw new Error(`A bracket without its partner in ${source}`);
  return best(asRequired(known), known.required);
}

class PatternParser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  choice(): Known {
    const choices = [this.#sequence()];
    while (this.#take('|')) choices.push(this.#sequence());
    return choiceOf(choices);
  }

  #sequence(): Known {
    const parts: Known[] = [];
    while (!this.isAtEnd && !'|)'.includes(this.#peek())) parts.push(this.#repeated());
    return sequenceOf(parts);
  }

  #repeated(): Known {
    const part = this.#atom();
    const quantifier = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/u.exec(this.#source.slice(this.#at));
    if (quantifier === null) return part;
    this.#at += quantifier[0].length;
    return quantified(part, quantifier[0], Number(quantifier[1] ?? '0'));
  }

  #atom(): Known {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.#class();
      case '\\':
        return this.#escape();
      case '.':
        return UNKNOWN;
      case '^':
      case '$':
        return NOTHING;
      default:
        return exactly([character]);
    }
  }

  #group(): Known {
    const opening = /^\?(?:<?[=!]|:)/u.exec(this.#source.slice(this.#at))?.[0] ?? '';
    this.#at += opening.length;
    const inside = this.choice();
    if (!this.#take(')')) throw new Error(`A bracket without its partner in ${this.#source}`);
    return opening === '' || opening === '?:' ? inside : NOTHING;
  }

  #class(): Known {
    const end = this.#source.indexOf(']', this.#at);
    const characters = this.#source.slice(this.#at, end);
    this.#at = end + 1;
    const isList = /^[^\\^-]+$/u.test(characters) && characters.length <= CLASS_MAX;
    return isList ? exactly(Array.from(characters)) : UNKNOWN;
  }

  #escape(): Known {
    const escaped = this.#next();
    if (escaped === 'b' || escaped === 'B') return NOTHING;
    if (escaped === 'p' || escaped === 'P') this.#at = this.#source.indexOf('}', this.#at) + 1;
    return /[a-z]/iu.test(escaped) ? UNKNOWN : exactly([escaped]);
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #next(): string {
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }
}

function exactly(exact: readonly string[]): Known {
  return { exact, required: undefined };
}

function quantified(part: Known, quantifier: string, atLeast: number): Known {
  if (part.exact?.every((text) => text === '') === true) return NOTHING;
  if (quantifier === '?' && part.exact !== undefined)
    return exactly(part.exact.includes('') ? part.exact : [...part.exact, '']);
  const isRequired = quantifier.startsWith('+') || atLeast > 0;
  return isRequired ? { exact: undefined, required: best(asRequired(part), part.required) } : UNKNOWN;
}

function choiceOf(choices: readonly Known[]): Known {
  const [only] = choices;
  if (choices.length === 1 && only !== undefined) return only;
  const required = all(choices.map((choice) => best(asRequired(choice), choice.required)));
  return {
    exact: all(
      choices.map(({ exact }) => exact),
      EXACT_MAX,
    ),
    required,
  };
}

/** The lists together; undefined when one is missing or they are too many. */
function all(lists: readonly (readonly string[] | undefined)[], max = Infinity): string[] | undefined {
  const together: string[] = [];
  for (const list of lists) {
    if (list === undefined || together.length + list.length > max) return undefined;
    together.push(...list);
  }
  return together;
}

/** Parts one after another: strings are put together until a part is unknown or there are too many. */
function sequenceOf(parts: readonly Known[]): Known {
  let run: readonly string[] = [''];
  let isWhole = true;
  let required: readonly string[] | undefined;
  for (const part of parts) {
    const joined = part.exact === undefined ? undefined : product(run, part.exact);
    if (joined === undefined) {
      required = [asRequired({ exact: run }), part.required].reduce(best, required);
      isWhole = false;
    }
    run = joined ?? part.exact ?? [''];
  }
  if (isWhole) return { exact: run, required };
  return { exact: undefined, required: best(required, asRequired({ exact: run })) };
}

function product(starts: readonly string[], ends: readonly string[]): string[] | undefined {
  if (starts.length * ends.length > EXACT_MAX) return undefined;
  const joined: string[] = [];
  for (const start of starts) for (const end of ends) joined.push(start + end);
  return joined;
}

function asRequired({ exact }: Pick<Known, 'exact'>): readonly string[] | undefined {
  return exact === undefined || exact.includes('') ? undefined : exact;
}

/** The longer its shortest literal, the fewer texts a list lets through. */
function best(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const difference = shortest(one) - shortest(other);
  if (difference !== 0) return difference > 0 ? one : other;
  return one.length <= other.length ? one : other;
}

function shortest(literals: readonly string[]): number {
  return literals.reduce((least, { length }) => Math.min(least, length), LENGTH_THAT_MATTERS);
}
