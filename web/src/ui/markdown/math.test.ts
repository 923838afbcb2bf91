import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isMathematics, partFormula } from './math.ts';
import { createParser } from './parser.ts';

const parser = createParser();
const formulas = (text: string) =>
  [...parser.html(parser.blocks(text)).matchAll(/<span class="math(?: math-display)?">(.*?)<\/span>/gs)].map(
    ([, inner = '']) => inner.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  );

/** What other chat pages took for mathematics, and what a terminal or a shop may write. */
const NO_MATHEMATICS = [
  'It costs $5 and $10, or $5.50–$6',
  'between $5 and 10$, $5-10$, $5k - 10k$ or $5, or 10$',
  'entre $5 y $10, de $5 a 10$, $5 o 10$',
  'the $2k cohort and the $25-50k tier ($7 front end, $10k whales, $50k+)',
  '**$4**, **$1.50** and US$5 to US$10, A$3/C$4, 5$ and 6$ and 7$',
  '价格是$100到$200，涨到$300，再到400$',
  'export PATH=$HOME/bin:$PATH; echo $$ and $? and $# and $1$2',
  'echo $$, then kill $$',
  '$HOME$ and $PATH_ONE$ and "$1"/"$2" and ${HOME}/bin:${PATH}',
  "jQuery: $('a') + $('b'), $(a)+$(b)",
  '$/PR is down but $/session is up',
  '$10K flat, Phase 2 at $8K, $155 lifetime spend, $34, $800** and **$900',
  'The profit is $5 if it is less than $12',
  'it is $5 if x = 1 and 6$, or $7 or y = 8$',
  'escaped \\$5 and \\$6 or \\$x\\$',
  'pays $20,000 for $30,000 of goods',
  '`$x$` and ``$$y$$``',
  '3~5 and $3~5$',
  'a lone $ here, and another $ there',
  String.raw`sed 's/\(\)/x/' and \[\]`,
];

const MATHEMATICS: readonly (readonly [text: string, ...found: string[]])[] = [
  ['$x$, $n$ and $10$', '$x$', '$n$', '$10$'],
  ['The area $A = \\pi r^2$.', '$A = \\pi r^2$'],
  ['设$x=1$，则$y=2$。', '$x=1$', '$y=2$'],
  ['$2n + 1$ and $2n - 1$ and $3x$ and $1/2$ ($a$)', '$2n + 1$', '$2n - 1$', '$3x$', '$1/2$', '$a$'],
  ['**$E=mc^2$** and *$a_1$*', '$E=mc^2$', '$a_1$'],
  ['$ABC$, $f(x)$, $P(A|B)$, $(x, y)$, $[0, 1]$', '$ABC$', '$f(x)$', '$P(A|B)$', '$(x, y)$', '$[0, 1]$'],
  ['$-1$ and $|x|$ and $5\\,\\text{cm and more}$', '$-1$', '$|x|$', '$5\\,\\text{cm and more}$'],
  ['$ax^2 + bx + c = 0$ and $2x + xy = 3$', '$ax^2 + bx + c = 0$', '$2x + xy = 3$'],
  ['costs $5 but $x = 5$ here', '$x = 5$'],
  [String.raw`inline \(a_1 * b_1\) and \(c\)`, String.raw`\(a_1 * b_1\)`, String.raw`\(c\)`],
  ['$$\na_1 = b_1\n$$', '$$\na_1 = b_1\n$$'],
  ['Text:\n$$\nx = 1\n$$\nmore', '$$\nx = 1\n$$'],
  ['\\[\nx = 1\n\\]\n\nmore', '\\[\nx = 1\n\\]'],
  ['- item $$x^2$$ and\n- $y$', '$$x^2$$', '$y$'],
  ['| a |\n|--|\n| $x_1$ |', '$x_1$'],
  ['> $q_1$', '$q_1$'],
];

describe('mathematics in a text', () => {
  it('leaves prices, variables of a shell and ranges alone', () => {
    for (const text of NO_MATHEMATICS) assert.deepEqual(formulas(text), [], text);
  });

  it('is found where it is meant', () => {
    for (const [text, ...found] of MATHEMATICS) assert.deepEqual(formulas(text), found, text);
  });

  it('keeps what follows a formula on its line', () => {
    assert.match(
      parser.html(parser.blocks('so $x$), and')),
      /<span class="formula"><span class="math">\$x\$<\/span>\),<\/span> and/,
    );
    assert.match(parser.html(parser.blocks('so $x$ and')), /so <span class="math">\$x\$<\/span> and/);
  });

  it('is shown as it stands while its end has not come', () => {
    const open = '$$\na_1 * b_1 * c\n';
    assert.equal(
      parser.html(parser.blocks(open)),
      '<p><span class="math-open">$$\na_1 * b_1 * c</span></p>\n',
    );
    assert.deepEqual(formulas(open), []);
    assert.match(parser.html(parser.blocks('$$\nx\n\nand *more*')), /<em>more<\/em>/);
  });

  it('takes no time worth speaking of, whatever is written', () => {
    for (const piece of ['$', '$$', '\\[', '\\(', '$a', '$$a\n', '\\[ a', '$ $']) {
      const began = process.cpuUsage();
      formulas(piece.repeat(9_000));
      const { user } = process.cpuUsage(began);
      assert.ok(user < 2_000_000, `${piece} ${user} µs`);
    }
  });
});

it('isMathematics decides by what stands between the signs', () => {
  assert.equal(isMathematics('x'), true);
  assert.equal(isMathematics('5 and 6'), false);
});

it('partFormula takes the marks off', () => {
  assert.deepEqual(partFormula('$$ x $$'), { tex: 'x', display: true });
  assert.deepEqual(partFormula(String.raw`\[x\]`), { tex: 'x', display: true });
  assert.deepEqual(partFormula(String.raw`\(x\)`), { tex: 'x', display: false });
  assert.deepEqual(partFormula('$x$'), { tex: 'x', display: false });
  assert.equal(partFormula('x'), undefined);
});
