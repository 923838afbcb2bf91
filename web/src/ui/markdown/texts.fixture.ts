/**
 * Texts that Markdown, as it is specified, alters. A reader sees every word of each, in its order; `sees` is
 * what stands on the screen where that is not the text itself.
 */
export interface CorpusText {
  readonly text: string;
  readonly sees?: string;
  /** What stands on the screen once formulas are drawn, where that is something else again. */
  readonly drawn?: string;
}

export const CORPUS: readonly CorpusText[] = [
  { text: 'It takes 3~5 days and costs 100~200 or 100~~200~~300 euros' },
  { text: 'It was ~~wrong~~ right', sees: 'It was wrong right' },
  { text: '1986. It began.\n2024. It ended.\n\nThen nothing.' },
  { text: '3) three\n7) seven\n007) and Bond' },
  { text: '1. one\n1. one again' },
  { text: 'See https://example.com。谢谢', sees: 'See https://example.com。谢谢' },
  { text: 'See https://example.com谢谢你' },
  { text: '(https://example.com/a_b_c) and “https://example.com/x” and **https://example.com/y**' },
  { text: '含**「重点」**内容', sees: '含「重点」内容' },
  { text: '这是**“重点”**内容，还有**强调。**后面', sees: '这是“重点”内容，还有强调。后面' },
  { text: '**このアプリ（注）**は*「よい」*です', sees: 'このアプリ（注）は「よい」です' },
  { text: '<note>\nfirst line\nsecond line\n\nthird **bold** line\n</note>' },
  { text: '<details><summary>More</summary>\nhidden\n</details>' },
  { text: '<!-- a comment --> and <kbd>Ctrl</kbd> and a < b > c' },
  { text: '| a | b |\n|--|--|\n| one<br>two | `<br>` |', sees: 'a b one\ntwo <br>' },
  { text: '| a | b |\n|--|--|\n| 1 | 2 | 3 | **4** |\n| x |', sees: 'a b 1 2 3 4 x' },
  {
    text: String.raw`The formula \(x_1 + x_2\) and \[ a_i * b_i * c \] and $\alpha_1 = \beta_2$ and *more*`,
    drawn: 'The formula x 1 x 2 and a i b i c and α 1 β 2 and more',
  },
  { text: String.raw`$$ \sum_{i=1}^n i % a comment $$`, drawn: 'i 1 n i a c o m m e n t' },
  { text: String.raw`$$ a \label{eq:one} \phantom{hidden} $$ and $\unknown{word}$ and \(\def\x{y}\x\)` },
  { text: 'Prices: $5 and $10, $5-10$, US$6_000_000 or $HOME/bin:$PATH and $$ of a *shell*' },
  { text: '$$\na_1 = b_1 \\\\\n+ c_1\n$$\n\nIt costs $5, not $6_000_000.' },
  { text: String.raw`A path C:\new\[x]\(y) on \\server\share` + '\\\nand another line' },
  { text: '2*3*4 is 24, 2**3**2 is 512, and __init__ is called' },
  { text: 'lone\rCR, form\ffeed, vertical\vtab, next\u0085line, line\u2028separator, CRLF\r\nend' },
  {
    text: 'See [1] and [this][2].\n\n[1]: https://a.example/one "First title"\n[2]: https://a.example/two',
    sees: 'See 1 “First title” and this. 1 https://a.example/one First title 2 https://a.example/two',
  },
  { text: '[^1]: A_note and\n[^2]: word' },
  { text: '[x](https://a.example "A title")', sees: 'x a.example “A title”' },
  { text: '```js title=main.js\nlet x;\n```', sees: 'js title=main.js let x;' },
  { text: '```\nunclosed' },
  { text: '    indented code\n\n\ttab code' },
  {
    text: '- one\n- [ ] two\n- [x] three\n  1. four\n\n     five\n     > six',
    sees: 'one ☐ two ☑ three 1. four five six',
  },
  { text: '> quoted\nlazy\n\n> 1. one\n> 2. two' },
  { text: '# Head #\n\nSecond\n---\n\n***\n\nThird' },
  { text: 'هذا نص عربي مع https://example.com/x ثم `code`' },
  { text: 'Snake_case_name and *emphasis* and ***both*** and `a*b`' },
  { text: 'AT&T &lt;b&gt; &#60;i&#62;', sees: 'AT&T <b> <i>' },
  { text: '[a[b]c](x) ![image](y) [](z)' },
  { text: 'mail@example.com, www.example.com/a and ftp://example.com/file' },
];

/** Letters in the italics of mathematics count as what they are. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/** The words that are missing, or not in their order. */
export function missingWords(wanted: readonly string[], seen: readonly string[]): string[] {
  let from = 0;
  return wanted.filter((word) => {
    const at = seen.indexOf(word, from);
    if (at >= 0) from = at + 1;
    return at < 0;
  });
}
