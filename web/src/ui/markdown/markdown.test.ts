import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createParser, escapeHtml, hostOf } from './markdown.ts';
import { settledBlocks } from './markdown-view.ts';

const parser = createParser();
const settled = (text: string) => settledBlocks(parser.blocks(text), text);
const html = (text: string) => parser.html(parser.blocks(text)).trim();

describe('the Markdown parser', () => {
  it('shows raw HTML as text', () => {
    assert.equal(html('<b onclick=x>hi</b>'), '<p>&#60;b onclick=x&#62;hi&#60;/b&#62;</p>');
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

  it('names the language of code and nothing else of its first line', () => {
    assert.equal(html('```c++ onclick=x\n<\n```'), '<pre data-language="c++"><code>&#60;</code></pre>');
  });

  it('escapes everything that could open a tag or an attribute', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.doesNotMatch(escapeHtml(text), /[<>"']/)));
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
