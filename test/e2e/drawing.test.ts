/**
 * How an answer is drawn: what the purifier lets through, and that what grows piece by piece ends as what is
 * drawn at once. In a real browser, since its parser decides what a piece of HTML is.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { CORPUS } from '../../web/src/ui/markdown/texts.fixture.ts';
import { openDrawing } from './support/drawing.ts';

const { ask, close } = await openDrawing();
after(close);

interface Grown {
  readonly steps: readonly { readonly shown: string; readonly settled: number; readonly kept: number }[];
  readonly end: string;
  readonly kept: number;
  readonly settled: readonly string[];
}

const LINES = [
  '# Head\n\nOne *paragraph* of\ntwo lines.\n\n1. item\n2. item\n   - inner\n\n```js\nlet x;\n\n\n',
  '  let y = ``;\n```\n\nAfter it\n~~~\n```\n~~~\n> quote\n```\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\nEnd',
].join('');

const wordsIn = (text: string) => text.split(/\s+/).filter((word) => word !== '');
const html = (text: string) => ask<string>('html', text);
const purified = (markup: string) => ask<string>('purified', markup);
const whole = (text: string) => ask<string>('whole', text);
const grown = (...pieces: readonly string[]) => ask<Grown>('grown', pieces);

describe('what a parser has let through', () => {
  it('keeps its words, and nothing that could run, fetch or look like the page', async () => {
    for (const [markup, safe] of [
      ['<img src=x onerror="hurt()">a', 'a'],
      ['<script>hurt()</script>a', 'a'],
      ['<b onclick="hurt()">a</b>', 'a'],
      ['<strong onclick="hurt()" style="color:red" id="top">a</strong>', '<strong>a</strong>'],
      ['<input name="key"><button>a</button>', 'a'],
      ['<iframe src="https://evil.example"></iframe>a', 'a'],
      ['<svg><a href="https://evil.example"><text>a</text></a></svg>', ''],
      ['<span data-copy="code" aria-label="x" tabindex="0">a</span>', '<span>a</span>'],
    ] as const) {
      assert.equal(await purified(`<p>${markup}</p>`), `<p dir="auto">${safe}</p>`, markup);
    }
  });

  it('has no headings of the levels of the page', async () => {
    assert.equal(await purified('<h1>a</h1><h2>b</h2><h3>c</h3>'), 'ab<h3 dir="auto">c</h3>');
  });

  it('keeps the classes that this page has for texts, and no other', async () => {
    const names = 'link-host align-center align-right marker math formula math-open'.split(' ');
    for (const name of [...names, 'math math-display']) {
      assert.equal(
        await purified(`<p><span class="${name}">a</span></p>`),
        `<p dir="auto"><span class="${name}">a</span></p>`,
      );
    }
    for (const name of ['bubble', 'math bubble', 'code-bar', 'math-display', 'MATH']) {
      assert.equal(
        await purified(`<p><span class="${name}">a</span></p>`),
        '<p dir="auto"><span>a</span></p>',
        name,
      );
    }
  });

  it('keeps the role of a list alone', async () => {
    assert.match(await purified('<ul role="list"><li>a</li></ul>'), /<ul role="list"/);
    for (const role of ['button', 'alert', 'presentation']) {
      assert.doesNotMatch(await purified(`<ul role="${role}"><li>a</li></ul>`), /role/, role);
    }
  });

  it('leads only to addresses that a link may have', async () => {
    const link = (href: string) => purified(`<p><a href="${href}">a</a></p>`);
    for (const href of ['https://a.example/x', 'http://a.example/', 'mailto:me@a.example']) {
      assert.equal(await link(href), `<p dir="auto"><a href="${href}">a</a></p>`);
    }
    for (const href of [
      'javascript:hurt()',
      '/logout',
      '#',
      'ftp://a.example/',
      'tel:1',
      'data:text/html,a',
    ]) {
      assert.equal(await link(href), '<p dir="auto"><a>a</a></p>', href);
    }
    const whole = '<a href="https://a.example/" rel="noopener" target="_blank">a</a>';
    assert.equal(await purified(`<p>${whole}</p>`), `<p dir="auto">${whole}</p>`);
  });

  it('turns nothing round, not even by the number of a sign', async () => {
    assert.equal(await purified('<p>a&#8238;b&#x202e;c</p>'), '<p dir="auto">abc</p>');
    assert.equal(await purified('<p>plain <em>and&#8295;</em></p>'), '<p dir="auto">plain <em>and</em></p>');
    assert.equal(await html('a &#8238; b'), '<p dir="auto">a  b</p>\n');
  });
});

it('reads each block in the direction of its text, and code from left to right', async () => {
  const drawn = await html('one\n\n- two\n\n```js\nlet x;\n```\n\n> three\n\n| a |\n|--|\n| b |');
  const blocks = [...drawn.matchAll(/^<(\w+)[^>]*? dir="(\w+)"/gm)].map(([, tag, dir]) => `${tag} ${dir}`);
  assert.deepEqual(blocks, ['p auto', 'ul auto', 'pre ltr', 'blockquote auto', 'table auto']);
  assert.match(drawn, /<pre data-language="js"/);
});

const GROWING = [
  '# Head\n\nOne *par',
  'agraph* and [a link][1].\n',
  '\n1. item\n2. ',
  'item\n   - inner\n',
  '\n```js\nlet x = ',
  '"`";\n\n\nlet y;',
  '\n``',
  '`\n\nAfter ',
  '**it**\n\n| a | b |\n|--|--|\n',
  '| 1 | 2 |\n\n[1]: https://a.example/\n',
];

it('an answer that grows ends as it would have been drawn at once, whatever the pieces', async () => {
  const text = GROWING.join('');
  const once = await whole(text);
  assert.match(once, /<a href="https:\/\/a\.example\/"/);
  assert.equal((await grown(...GROWING)).end, once);
  assert.equal((await grown(...text.split(''))).end, once);
  for (const { text: each } of CORPUS) {
    const step = 1 + (each.length % 7);
    const pieces = each.match(new RegExp(`[^]{1,${step}}`, 'g')) ?? [];
    assert.equal((await grown(...pieces)).end, await whole(each), each);
  }
});

it('an answer that grows may turn out to be another one than it seemed', async () => {
  for (const text of ['one\n$$\n> two\n\\]\n  - three\n\n', '[a]\n\nb\n\nc\n\n[a]: https://a.example/\n']) {
    const pieces = text.match(/[^]*?\n|[^]+$/g) ?? [];
    assert.equal((await grown(...pieces)).end, await whole(text), text);
  }
});

it('an answer that grows shows at each moment what it would show if it ended there', async () => {
  for (const step of [1, 4]) {
    const pieces = LINES.match(new RegExp(`[^]{1,${step}}`, 'g')) ?? [];
    for (const [index, { shown }] of (await grown(...pieces)).steps.entries()) {
      const text = pieces.slice(0, index + 1).join('');
      // A line that may become the end of code is held back.
      if (/\n[`~]+$/.test(text)) continue;
      assert.deepEqual(wordsIn(shown), wordsIn(await ask('text', text)), text);
    }
  }
});

it('an answer that grows goes on below code that has ended with its line', async () => {
  const { steps, end } = await grown('```\nfour\n', '```\n', '\nfive', ' six');
  assert.deepEqual(
    steps.map(({ shown }) => wordsIn(shown)),
    [['four'], ['four'], ['four', 'five'], ['four', 'five', 'six']],
  );
  assert.equal(steps.at(-1)?.kept, 2);
  assert.match(end, /<code>four<\/code><\/pre>\n<p dir="auto" data-dressed="">five six<\/p>/);
});

it('an answer that grows leaves alone what no longer changes, and says so of each block once', async () => {
  const { steps, kept, settled } = await grown('One\n', '\nTwo\n', '\nThree\n', '\nFour', ' and\n');
  assert.deepEqual(
    steps.map(({ settled: count, kept: standing }) => [count, standing]),
    [
      [0, 0],
      [1, 1],
      [2, 2],
      [2, 3],
      [3, 4],
    ],
  );
  assert.deepEqual(settled, ['One', 'Two', 'Three', 'Four and']);
  assert.equal(kept, 4);
});

it('an answer that grows is drawn anew when it does not go on as it began, or after its end', async () => {
  assert.equal(await ask('replaced', ['One\n\nTwo', 'Three']), '<p dir="auto" data-dressed="">Three</p>\n');
  assert.equal(await ask('replaced', ['```\nlet x', 'Four']), '<p dir="auto" data-dressed="">Four</p>\n');
  const again = await ask('regrown', ['One\n\nTwo', ' and more']);
  const drawn = (text: string) => `<p dir="auto" data-dressed="">${text}</p>\n`;
  assert.deepEqual(again, [drawn('One') + drawn('Two and more'), drawn('One') + drawn('Two and more')]);
});

it('an answer that grows is not drawn again when nothing has come', async () => {
  for (const isWhole of [false, true]) {
    assert.equal(await ask('idle', 'One *two*\n\n```\nthree', isWhole), 0);
  }
});

it('an answer that grows lets code grow in its place, and holds back what may be the end of it', async () => {
  const { steps, end } = await grown('```js\nlet', ' x;\n', '`', '`;\n', '``', '`', '\n\nand');
  assert.deepEqual(
    steps.map(({ shown }) => shown.replaceAll(/\n+/g, ' ').trim()),
    ['let', 'let x;', 'let x;', 'let x; ``;', 'let x; ``;', 'let x; ``;', 'let x; ``; and'],
  );
  assert.match(end, /<code>let x;\n``;<\/code>/);
  const tilde = await grown('~~~\na\n', '```\n', '~~~\n');
  assert.match(tilde.end, /<code>a\n```<\/code>/);
  const longer = await grown('````\na\n', '```\nb', '\n````\nc');
  assert.match(longer.end, /<code>a\n```\nb<\/code>[^]*c/);
  const indented = await grown('  ```\n  a\n', '  b\n', '  ```');
  assert.deepEqual(
    indented.steps.map(({ shown }) => shown.trim()),
    ['a', 'a\nb', 'a\nb'],
  );
  const afterLine = await grown('```\na\n', 'b');
  assert.deepEqual(
    afterLine.steps.map(({ shown }) => shown.trimEnd()),
    ['a', 'a\nb'],
  );
  const [heldBack] = (await grown('```\na\nb\n``')).steps;
  assert.equal(heldBack?.shown.trimEnd(), 'a\nb');
  assert.match(indented.end, /<code>a\nb<\/code>/);
});

describe('a run of siblings that is made like another one', () => {
  interface Grafted {
    readonly html: string;
    readonly isRun: boolean;
    readonly run: number;
    readonly kept: number;
  }
  const grafted = (standing: string, fresh: string) => ask<Grafted>('grafted', standing, fresh);

  it('keeps every node that is the same, and changes only texts within those that are not', async () => {
    for (const [standing, fresh, kept] of [
      ['<p>a</p>', '<p>a</p>', 1],
      ['<p>a</p>', '<p>ab</p>', 1],
      ['<p>ab</p>', '<p>b</p>', 1],
      ['<p>a</p>', '<p>a</p><p>b</p>', 1],
      ['<p>a</p><p>b</p>', '<p>a</p>', 1],
      ['a', 'ab', 1],
      ['a<b>c</b>', 'x<b>c</b>', 2],
      ['<p><em>a</em> b</p>', '<p><em>a</em> b <b>c</b></p>', 2],
      ['<p>a <em>b</em> c</p>', '<p>a</p>', 1],
      ['<p class="x">a</p>', '<p>a</p>', 0],
      ['<p>a</p>', '<h3>a</h3>', 0],
      ['a', '<p>a</p>', 0],
      ['<p>a</p>', 'a', 0],
      ['<ul><li>a</li></ul><p>b</p>', '<ul><li>a</li><li>c</li></ul><p>d</p>', 3],
    ] as const) {
      const { html: made, isRun, run, kept: found } = await grafted(standing, fresh);
      assert.deepEqual([made, found, isRun], [fresh, kept, true], `${standing} → ${fresh}`);
      assert.equal(run, (fresh.match(/^[^<]+|<(\w+)[^>]*>.*?<\/\1>|[^<]+$/g) ?? []).length);
    }
  });

  it('lets the mark of a reader stand where letters are added', async () => {
    assert.equal(await ask('marked', '<p>one two</p>', '<p>one two three</p>', 'two'), 'two');
  });
});

it('gives headings the level that follows from those before them', async () => {
  const levels = (...tags: readonly string[]) =>
    ask<string[]>('levels', tags.map((tag) => `<${tag}>a</${tag}>`).join(''));
  assert.deepEqual(await levels('h3', 'p', 'h4', 'h5', 'h4', 'h3'), ['h3', 'p', 'h4', 'h5', 'h4', 'h3']);
  assert.deepEqual(await levels('h5', 'h5', 'p', 'h6'), ['3', '3', 'p', '4']);
  assert.deepEqual(await levels('h4', 'h6', 'h4', 'h3'), ['3', '4', '3', 'h3']);
  assert.deepEqual(await levels('h3', 'h5', 'h6', 'h5', 'h4'), ['h3', '4', '5', '4', 'h4']);
  assert.deepEqual(await levels('p', 'pre'), ['p', 'pre']);
});

it('gives code its bar, and lets wide blocks be scrolled, in the language of the page', async () => {
  const table = '| short | a cell of more letters |\n|--|--|\n| 18 letters, 18 let | b |';
  const text = `\`\`\`js\nlet x;\n\`\`\`\n\n${table}\n\n$$\nx\n$$`;
  const drawn = await ask<string>('decorated', text);
  const scrolled = (label: string) => ` tabindex="0" role="group" aria-label="${label}">`;
  assert.match(
    drawn,
    /^<div class="code"><div class="code-bar"><span>js<\/span><button type="button" data-copy="code">/,
  );
  assert.ok(
    drawn.includes(
      `<pre data-language="js" dir="ltr"${scrolled('&lt;code.label&gt;')}<code>let x;</code></pre></div>`,
    ),
    drawn,
  );
  assert.ok(drawn.includes(`<div class="table-box"${scrolled('&lt;table.label&gt;')}<table`));
  assert.match(
    drawn,
    /class="math math-display"[^>]* tabindex="0" role="group" aria-label="&lt;math.label&gt;"/,
  );
  assert.deepEqual(drawn.match(/class="cell-long">[^<]+/g), ['class="cell-long">a cell of more letters']);
  const relabelled = await ask<string>('relabelled', text);
  const labels = ['code.copy', 'code.label', 'table.label', 'math.label'];
  for (const label of labels) assert.ok(relabelled.includes(`(${label})`), label);
  assert.doesNotMatch(relabelled, /&lt;\w+\.\w+&gt;/);
});

describe('what is copied of a page with formulas', () => {
  const math = (source: string, shown: string) =>
    `<span class="math" data-source="${source}"><i>${shown}</i></span>`;
  const copied = (markup: string, from: string, to: string) =>
    ask<string | undefined>('copied', markup, from, to);

  it('has each formula as it was written, and whole', async () => {
    const markup = `<p>one ${math('$x^2$', 'x2')} two</p><p>three <b>four</b></p>`;
    assert.equal(await copied(markup, 'one ', 'four'), 'one $x^2$ two\n\nthree four');
    assert.equal(await copied(markup, 'x2', ' two'), '$x^2$ two');
    assert.equal(await copied(markup, 'one ', 'x2'), 'one $x^2$');
  });

  it('is left to the browser where there is none', async () => {
    assert.equal(await copied(`<p>one</p><p>two ${math('$x$', 'x')}</p>`, 'one', 'two '), undefined);
  });

  it('has lines and cells where the page has them, and nothing that is not seen', async () => {
    const table = '<table><tr><td>a</td><td>b</td></tr></table>';
    const hidden = '<button>Copy</button><span class="visually-hidden">heard</span>';
    const markup = `<p>one${math('$x$', 'x')}<br>two</p>${hidden}${table}<p>end</p>`;
    assert.equal(await copied(markup, 'one', 'end'), 'one$x$\ntwo\n\na\tb\n\nend'.replace('b\n', 'b\t\n'));
  });
});
