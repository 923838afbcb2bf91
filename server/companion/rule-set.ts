import { PatternSet } from './matching/pattern-set.ts';
import type { Rule } from './rule.ts';

export interface RuleMatch {
  readonly rule: Rule;
  /** Where the first group matched; undefined when there is none. */
  readonly group: readonly [number, number] | undefined;
}

interface RulePattern {
  readonly rule: Rule;
  readonly pattern: RegExp;
}

/** Rules with their patterns compiled, in their order. */
export class RuleSet {
  readonly #patterns: readonly RulePattern[];
  readonly #set: PatternSet;

  /** `bounded`: a pattern matches whole words anywhere, not what its own anchors say. */
  constructor(rules: readonly Rule[], { bounded }: { readonly bounded: boolean }) {
    const sources = rules.flatMap((rule) =>
      rule.patterns.map((pattern) => ({ rule, source: bounded ? wholeWords(pattern) : pattern })),
    );
    this.#patterns = sources.map(({ rule, source }) => ({ rule, pattern: new RegExp(source, 'du') }));
    this.#set = new PatternSet(sources.map(({ source }) => source));
  }

  /** The rules that match, each once, by the first of its patterns. */
  matches(text: string): RuleMatch[] {
    const candidates = this.#set.candidates(text);
    const matches: RuleMatch[] = [];
    for (const [index, { rule, pattern }] of this.#patterns.entries()) {
      if (candidates[index] !== 1 || matches.at(-1)?.rule === rule) continue;
      const found = pattern.exec(text);
      if (found === null) continue;
      matches.push({ rule, group: found.indices?.slice(1).find((range) => range !== undefined) });
    }
    return matches;
  }

  first(text: string): Rule | undefined {
    const candidates = this.#set.candidates(text);
    return this.#patterns.find(({ pattern }, index) => candidates[index] === 1 && pattern.test(text))?.rule;
  }
}

export function wholeWords(source: string): string {
  return `(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`;
}
