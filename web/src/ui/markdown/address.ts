/** Addresses in a text: where they end, and what a link to them says of where it leads. */

const CJK = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}`;
/** Where a host written in Latin letters ends, although no space follows. */
const HOST_END = new RegExp(`[^\\p{L}\\p{M}\\p{N}.:@%\\[\\]_-]|(?<=[\\x21-\\x7e])[${CJK}]`, 'u');
/** CJK punctuation, full-width forms and quotation marks belong to the sentence, not to the address. */
const PATH_END = /[\u3000-\u303F\uFF00-\uFF65\u2018-\u201F\u2026\u00AB\u00BB\u2039\u203A]/u;

/** How many characters at the beginning of `text` belong to the address that begins there. */
export function addressLength(text: string): number {
  const begin = /^(?:[a-z]+:\/\/)?/i.exec(text)?.[0].length ?? 0;
  const rest = text.slice(begin);
  const end = HOST_END.exec(rest)?.index ?? rest.length;
  if (!/[/?#]/.test(rest[end] ?? '')) return begin + end;
  const path = rest.slice(end);
  return begin + end + (PATH_END.exec(path)?.index ?? path.length);
}

/** What a link leads to, as it is shown beside it; undefined for addresses that must not be links. */
export function hostOf(href: string): string | undefined {
  if (!URL.canParse(href)) return undefined;
  const { protocol, host, pathname } = new URL(href);
  if (protocol === 'http:' || protocol === 'https:') return host;
  return protocol === 'mailto:' ? pathname : undefined;
}
