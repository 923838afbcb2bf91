/** Other names of routes: those that programs made for other servers insist on. */
import { plainModelName } from '../../shared/model-route.ts';

interface AliasedRoute {
  readonly id: string;
  /** Names; `*` stands for any characters, or none. */
  readonly aliases?: readonly string[];
}

export class RouteAliases {
  readonly #exact = new Map<string, string>();
  /** The longest one first. */
  readonly #patterns: readonly { readonly pattern: string; readonly id: string }[];

  constructor(routes: readonly AliasedRoute[]) {
    const patterns: { pattern: string; id: string }[] = [];
    for (const { id, aliases = [] } of routes) {
      for (const alias of aliases.map(plainModelName)) {
        if (alias.includes('*')) patterns.push({ pattern: alias, id });
        else this.#exact.set(alias, id);
      }
    }
    this.#patterns = patterns.toSorted((a, b) => b.pattern.length - a.pattern.length);
  }

  /** The route that goes by the name; of several patterns that fit, the longest says. */
  idOf(name: string): string | undefined {
    const plain = plainModelName(name);
    return this.#exact.get(plain) ?? this.#patterns.find(({ pattern }) => fits(plain, pattern))?.id;
  }
}

/** In time linear in the name, whatever the pattern. */
function fits(name: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop() ?? '';
  if (!name.startsWith(start)) return false;
  let at = start.length;
  for (const middle of rest) {
    const found = name.indexOf(middle, at);
    if (found < 0) return false;
    at = found + middle.length;
  }
  return name.length - end.length >= at && name.endsWith(end);
}
