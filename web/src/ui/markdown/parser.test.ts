import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hostOf } from './address.ts';
import { createParser, escapeHtml } from './parser.ts';
import { CORPUS, missingWords, wordsOf } from './texts.fixture.ts';
import { settledBlocks } from './markdown-view.ts';

const parser = createParser();
const settled = (text: string) => settledBlocks(parser.blocks(text), text);
const html = (text: string) => parser.html(parser.blocks(text)).trim();

/** As a browser would show it, with the line that stands above code. */
function visibleText(markup: string): string {
  return markup
    .replaceAll(/<pre data-language="([^"]*)">/g, '$1\n')
    .replaceAll(/<\/?(?:p|li|br|td|th|tr|h\d|pre|blockquote)[^>]*>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

describe('the Markdown parser', () => {
  it('shows raw HTML as text', () => {
    assert.equal(html('<b onclick=x>hi</b>'), '<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>');
    assert.doesNotMatch(html('<script>alert(1)</script>\n\n<img src=x>'), /<(?:script|img)/);
  });

  it('shows where a link leads unless its text says it truly', () => {
    const rel = 'rel="noopener noreferrer nofollow" target="_blank"';
    assert.equal(
      html('[guide](https://a.example/x)'),
      `<p><a href="https://a.example/x" ${rel}><bdi>guide</bdi></a> ` +
        '<bdi class="link-host">a.example</bdi></p>',
    );
    assert.equal(
      html('https://a.example/x'),
      `<p><a href="https://a.example/x" ${rel}><bdi>https://a.example/x</bdi></a></p>`,
    );
    assert.match(html('[https://bank.example](https://evil.example)'), /link-host">evil\.example</);
    assert.match(html('[a.example.evil](https://a.example)'), /link-host">a\.example</);
  });

  it('lets nobody turn round where a link leads', () => {
    assert.equal(html('see \u202E[x](https://evil.example/)'), html('see [x](https://evil.example/)'));
    assert.equal(html('[\u2067x\u061C](https://a.example/)'), html('[x](https://a.example/)'));
    assert.equal(html('```\nlet \u202Ex\n```'), html('```\nlet x\n```'));
    assert.match(html('[x](/here)'), /<bdi>x<\/bdi> <bdi class="link-host">\/here<\/bdi>/);
    assert.doesNotMatch(html('[\u202Ex](<https:/\u202Ey>)'), /\u202E/);
  });

  it('makes no link of an address that could run or fetch something', () => {
    for (const address of [
      'javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      '/here',
    ]) {
      assert.doesNotMatch(html(`[x](${address})`), /<a/);
      assert.equal(hostOf(address), undefined);
    }
  });

  it('turns an image into a link', () => {
    assert.match(
      html('![cat](https://a.example/cat.png)'),
      /^<p><a href="https:\/\/a\.example\/cat\.png"[^>]*><bdi>▧ cat<\/bdi><\/a>/,
    );
    assert.doesNotMatch(html('![x](https://a.example/"onerror="x)'), /<img|onerror="x/);
  });

  it('shows the whole first line of code, which can be more than a language', () => {
    assert.equal(
      html('```c++ "onclick=x\n<\n```'),
      '<pre data-language="c++ &#34;onclick=x"><code>&#60;</code></pre>',
    );
  });

  it('escapes everything that could open a tag or an attribute', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.doesNotMatch(escapeHtml(text), /[<>"']/)));
  });
});

describe('the text of a model', () => {
  it('lets a reader see every word of a text, in its order', () => {
    for (const { text, sees = text } of CORPUS) {
      const seen = visibleText(html(text));
      assert.deepEqual(missingWords(wordsOf(sees), wordsOf(seen)), [], `${text}\n→ ${seen}`);
    }
  });

  it('lets a reader see every word, whatever marks stand between them', () => {
    const pieces =
      '* ** _ __ ~ ~~ ` ``` [ ] ]( ) ][ ]: ! < > <a > &amp; | |-- # 1. 2) - + $ $$ \\ \\( \\] 。 「 」'
        .split(' ')
        .concat(['\n', '\n\n', '    ', ' ', ' ', '\n> ', '\n- ', '\n7. ', '\n|--|--|\n', '\r', '\f']);
    const word = fc.nat(999).map((n) => `w${n}`);
    const text = fc.array(fc.oneof(word, fc.constantFrom(...pieces)), { maxLength: 40 });
    fc.assert(
      fc.property(text, (parts) => {
        const whole = parts.join('');
        // An entity is shown as the sign that it names.
        const wanted = wordsOf(whole.replaceAll('&amp;', '&'));
        // Marks between two words can go, and the words stand side by side: `**bold**ly`.
        const seen = visibleText(html(whole));
        let from = 0;
        for (const one of wanted) {
          const at = seen.indexOf(one, from);
          assert.ok(at >= 0, `${one} of ${JSON.stringify(whole)}\n→ ${seen}`);
          from = at + one.length;
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('strikes, renumbers and breaks only what was meant', () => {
    assert.doesNotMatch(html('3~5 and 100~200'), /<del>/);
    assert.match(html('~~old~~'), /<del>old<\/del>/);
    assert.match(html('1986. a\n2024. b'), />1986\. <.*\n?.*>2024\. </s);
    assert.match(html('含**「重点」**内容'), /含<strong>「重点」<\/strong>内容/);
    assert.match(html('https://example.com。谢谢'), /href="https:\/\/example\.com\/".*<\/a>。谢谢/);
    assert.equal(html('<note>\na\nb\n</note>'), '<p>&lt;note&gt;<br>a<br>b<br>&lt;/note&gt;</p>');
    assert.match(html('| a |\n|--|\n| **x<br>y** |'), /<strong>x<br>y<\/strong>/);
    assert.equal(html('a <br> b'), '<p>a &#60;br&#62; b</p>');
    assert.match(html(String.raw`\(x_1 y_1\)`), /class="math">\\\(x_1 y_1\\\)</);
  });

  it('draws what no reader could follow as text, in bounded time', () => {
    const texts = [
      '>'.repeat(1_800) + 'a',
      '- '.repeat(1_500) + 'a',
      '*a **b '.repeat(4_000),
      '['.repeat(9_000),
    ];
    const deep = Array.from({ length: 300 }, (_, depth) => ' '.repeat(depth * 2) + '- x').join('\n');
    for (const text of [...texts, deep, '~~a '.repeat(4_000), '`'.repeat(9_000), '<a '.repeat(4_000)]) {
      const beganMs = performance.now();
      const made = html(text);
      assert.ok(performance.now() - beganMs < 2_000, text.slice(0, 20));
      assert.ok((made.match(/<(?:blockquote|ul|em|strong)/g)?.length ?? 0) <= 10_000);
    }
  });
});

describe('settledBlocks', () => {
  it('settles a block once a line of another has come whole', () => {
    assert.equal(settled('one'), 0);
    assert.equal(settled('one\n\ntwo'), 0);
    assert.equal(settled('one\n\ntwo\n'), 2);
    assert.equal(settled('- a\n\n- '), 0);
  });

  it('gives the same document in pieces as in one', () => {
    const pieces = [
      'one\n\n',
      '- a\n- b\n\n',
      '# head\n',
      '```js\nlet x\n\n```\n',
      '> quote\n\n',
      '| a | b |\n|--|--|\n| 1 | 2 |\n\n',
      '2. two\n\n   more\n',
      'end **bold**\n',
    ];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((some) => some.join(''));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (whole, step) => {
        let frozen = 0;
        const raws: string[] = [];
        for (let length = step; length < whole.length; length += step) {
          const rest = whole.slice(frozen, length);
          const blocks = parser.blocks(rest);
          for (const { raw } of blocks.slice(0, settledBlocks(blocks, rest))) {
            raws.push(raw);
            frozen += raw.length;
          }
        }
        raws.push(...parser.blocks(whole.slice(frozen)).map(({ raw }) => raw));
        assert.equal(raws.join(''), whole);
      }),
    );
  });
});
