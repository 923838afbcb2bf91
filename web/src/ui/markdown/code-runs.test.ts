import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createHighlight } from './highlight.ts';
import { languageOf } from './code-languages.ts';
import { runsOf } from './code-runs.ts';

const highlight = createHighlight();
const CODE = 'const a = "<b> & \'c\'"; // one\nfunction f(x) { return `n ${x + 1}`; }\n';

it('colours what highlight.js finds and keeps every character', () => {
  const runs = highlight(CODE, 'js') ?? [];
  let at = 0;
  const found = runs.map(({ length, kind }) => [kind, CODE.slice(at, (at += length))]);
  assert.equal(found.map(([, text]) => text).join(''), CODE);
  assert.deepEqual(found.slice(0, 5), [
    ['keyword', 'const'],
    ['', ' a = '],
    ['string', '"<b> & \'c\'"'],
    ['', '; '],
    ['comment', '// one'],
  ]);
});

it('knows the languages that people ask for, by their usual names', () => {
  const scripts = 'js ts tsx jsx py python3 sh bash zsh console php rb ruby powershell r lua';
  const compiled = 'go rust rs c c++ cpp c# cs java kotlin kt swift';
  const data = 'html xml css json jsonc yaml yml sql diff dockerfile toml ini md';
  for (const name of `${scripts} ${compiled} ${data}`.split(' ')) assert.ok(highlight('x = 1', name), name);
});

it('leaves a language that it does not know as it is', () => {
  assert.equal(highlight('x', 'klingon'), undefined);
  assert.equal(languageOf('text'), undefined);
  assert.equal(languageOf(''), undefined);
  assert.equal(languageOf('JS title=main.js'), 'js');
});

it('takes nothing that is not as long as the code', () => {
  assert.deepEqual(runsOf('<span class="hljs-keyword">a&lt;</span>b', 3), [
    { length: 2, kind: 'keyword' },
    { length: 1, kind: '' },
  ]);
  assert.equal(runsOf('a', 2), undefined);
});
