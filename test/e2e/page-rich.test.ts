/** Mathematics that is drawn and code in colours: what they show, cost, and never touch. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { it } from 'node:test';
import { contrastFaults, longestFrameMs } from './page/inspect.ts';
import { openBrowser, type OpenPage } from './page/on-page.ts';

const { test } = await openBrowser();

const DIST = new URL('../../web/dist/', import.meta.url);
/** Compressed; the parts that are loaded later have their own. */
const FIRST_SCRIPT_BYTES_MAX = 60_000;

const DRAWN = (count: number) => `document.querySelectorAll('.math[data-source] > math').length === ${count}`;
const COLOURED = (count: number) =>
  `document.querySelectorAll('code[data-coloured=yes]').length === ${count}`;

async function answer({ driver, server }: OpenPage, text: string): Promise<void> {
  const count = server.exchanges.length + 1;
  await driver.send('please');
  (await server.exchange(count)).reply(text);
  await driver.phase('done');
}

void it('needs little script before the first message can be written', () => {
  const page = readFileSync(new URL('index.html', DIST), 'utf8');
  const scripts = [...page.matchAll(/<script[^>]* src="\.\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);
  assert.equal(scripts.length, 1);
  const bytes = scripts.reduce((sum, path) => sum + statSync(new URL(`${path}.gz`, DIST)).size, 0);
  assert.ok(bytes <= FIRST_SCRIPT_BYTES_MAX, `${bytes} bytes`);
});

test('loads what draws formulas with the first formula, and draws in words and in lines', async (page) => {
  const { driver } = page;
  const requests: string[] = [];
  driver.page.on('request', (request) => requests.push(request.url()));
  await answer(page, 'No formula: $5 and $10.\n\n```\nplain\n```');
  await answer(
    page,
    'Area $A = \\pi r^2$, and \\(x_1\\):\n\n$$\n\\frac{a}{b} \\tag{1}\n$$\n\n\\[ \\boxed{c} \\]',
  );
  await driver.until(DRAWN(4));
  assert.equal(requests.filter((url) => /load-math.*\.js$/.test(url)).length, 1);
  assert.equal(requests.filter((url) => url.includes('code-worker')).length, 0);
  const shown = "[...document.querySelectorAll('math')].map((e) => e.textContent.replaceAll('\\u2061', ''))";
  assert.deepEqual(await driver.page.evaluate(shown), ['A=πr2', 'x1', 'ab(1)', 'c']);
  const displayed = "[...document.querySelectorAll('math')].map((e) => e.getAttribute('display'))";
  assert.deepEqual(await driver.page.evaluate(displayed), [null, null, 'block', 'block']);
  const border = "getComputedStyle(document.querySelector('math [style*=border]')).borderTopWidth";
  assert.equal(await driver.page.evaluate(border), '1px');
});

test('leaves prices and variables as they were written', async (page) => {
  const text = 'It costs $5 and $10, $5-10$ or 3~5; echo $HOME/bin:$PATH and $$ and $?';
  await answer(page, text);
  assert.equal(await page.driver.answerText(), text);
  assert.equal(await page.driver.page.locator('.math').count(), 0);
});

test('shows a formula that cannot be drawn, or not whole, as it was written', async (page) => {
  const { driver } = page;
  const formulas = [
    String.raw`$\nothing{x}$`,
    String.raw`$\frac{a$`,
    String.raw`$a \phantom{hidden}$`,
    String.raw`$a \label{eq:one}$`,
    String.raw`$\def\x{\x\x}\x$`,
    String.raw`$\href{https://evil.example}{x}$`,
    String.raw`$\includegraphics{https://evil.example/x.png}$`,
    String.raw`$${'{'.repeat(900)}x${'}'.repeat(900)}$`,
  ];
  await answer(page, `${formulas.join('\n\n')}\n\nbut $x$`);
  await driver.until(DRAWN(1));
  const shown = "[...document.querySelectorAll('.prose > p')].map((e) => e.textContent)";
  assert.deepEqual(await driver.page.evaluate(shown), [...formulas, 'but x']);
});

test('lets no formula hide, cover, colour or fetch anything', async (page) => {
  const { driver } = page;
  const formulas = [
    String.raw`$x\hspace{-10em}y$`,
    String.raw`$x\kern-9em y$`,
    String.raw`$\color{white}x$`,
    String.raw`$\textcolor{#fff}{x}$`,
    String.raw`$\rule{900em}{900em} x$`,
    String.raw`$\raisebox{99em}{x}$`,
    String.raw`$\class{bubble}{x}$`,
    String.raw`$\text{<img src=x onerror="window.hurt=1">}$`,
    String.raw`$x_{<\!script>}$`,
  ];
  await answer(page, `${formulas.join('\n\n')}\n\nbut $z^2$`);
  await driver.until("document.querySelector('.prose > p:last-child math')");
  const found = `[...document.querySelectorAll('.prose *')].filter((e) =>
    /^(script|img|a|style|maction|mglyph|semantics)$/i.test(e.localName) ||
    [...e.attributes].some(({ name }) => /^on|href|^src$|^id$|color|background/i.test(name)) ||
    /color|position|transform|url|left: -[1-9]/.test(e.getAttribute('style') ?? '') ||
    getComputedStyle(e).color !== getComputedStyle(document.body).color
  ).map((e) => e.outerHTML)`;
  assert.deepEqual(await driver.page.evaluate(found), []);
  const tall = "Math.max(...[...document.querySelectorAll('.prose > p')].map((e) => e.offsetHeight))";
  assert.ok((await driver.page.evaluate<number>(tall)) < 600);
  assert.ok((await driver.overflow()) <= 0);
  assert.equal(await driver.page.evaluate('window.hurt'), undefined);
});

test('keeps a formula that is still arriving as it is, and draws it when it is closed', async (page) => {
  const { driver, server } = page;
  await answer(page, '$x$');
  await driver.until(DRAWN(1));
  await driver.send('more');
  const exchange = await server.exchange(2);
  exchange.start().delta('Now:\n\n$$\na_1 * b_1 * c ');
  await driver.answered('a_1 * b_1 * c');
  assert.equal(await driver.lastAnswer.locator('em, math').count(), 0);
  exchange.delta('= \\frac{d}{e');
  await driver.answered('= \\frac{d}{e');
  assert.equal(await driver.lastAnswer.locator('em, math').count(), 0);
  exchange.delta('}\n$$\n\nWith $y^2$ in a line');
  await driver.answered('in a line');
  await driver.until(DRAWN(3));
  await driver.page.evaluate(`window.undrawn = 0; new MutationObserver(() => {
    window.undrawn += document.querySelectorAll('.math:not([data-source])').length;
  }).observe(document.querySelector('.column'), { subtree: true, childList: true, characterData: true })`);
  for (let piece = 0; piece < 20; piece += 1) {
    exchange.delta(` and ${piece}`);
    await driver.answered(`and ${piece}`);
  }
  exchange.finish();
  await driver.phase('done');
  assert.equal(await driver.page.evaluate('window.undrawn'), 0, 'a formula went back to its source');
});

test('copies formulas as they were written', async (page) => {
  const { driver } = page;
  await driver.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const text = 'One $x^2$ here\n\n$$\n\\frac{a}{b}\n$$\n\nand *more*.';
  await answer(page, text);
  await driver.until(DRAWN(2));
  await driver.page.getByRole('button', { name: 'Copy answer' }).click();
  await driver.page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await driver.page.evaluate('navigator.clipboard.readText()'), text);
  await driver.page.evaluate("getSelection().selectAllChildren(document.querySelector('.prose'))");
  await driver.page.keyboard.press('ControlOrMeta+c');
  const marked = await driver.page.evaluate('navigator.clipboard.readText()');
  assert.equal(marked, 'One $x^2$ here\n\n$$\n\\frac{a}{b}\n$$\n\nand more.');
});

test('fits wide formulas into a narrow screen', async (page) => {
  const { driver } = page;
  await driver.page.setViewportSize({ width: 320, height: 640 });
  const sum = Array.from({ length: 20 }, (_, n) => `a_{${n}} x^{${n}}`).join(' + ');
  const matrix = String.raw`\begin{pmatrix} ${'100000000 & '.repeat(8)} 1 \end{pmatrix}`;
  await answer(page, `In a line $f(x) = ${sum}$ and \\(${matrix}\\).\n\n$$\n${sum}\n$$\n\n1. item $${sum}$`);
  await driver.until(DRAWN(4));
  assert.ok((await driver.overflow()) <= 0);
  const outside = `[...document.querySelectorAll('.math')].filter((e) => {
    const { left, right } = e.getBoundingClientRect();
    return left < 0 || right > innerWidth;
  }).length`;
  assert.equal(await driver.page.evaluate(outside), 0);
});

test('colours finished code with readable contrast and keeps every letter', async (page) => {
  const { driver, server } = page;
  await answer(
    page,
    Object.entries(CODE)
      .map(([name, code]) => `\`\`\`${name}\n${code}\n\`\`\``)
      .join('\n\n'),
  );
  await driver.until(COLOURED(Object.keys(CODE).length));
  const codes = "[...document.querySelectorAll('.prose pre')].map((e) => e.textContent)";
  assert.deepEqual(await driver.page.evaluate(codes), Object.values(CODE));
  const kinds =
    "[...new Set([...document.querySelectorAll('pre span span')].map((e) => e.className))].sort()";
  const all = ['added', 'comment', 'keyword', 'name', 'number', 'removed', 'string', 'type'];
  assert.deepEqual(
    await driver.page.evaluate(kinds),
    all.map((kind) => `code-${kind}`),
  );
  for (const colorScheme of ['light', 'dark'] as const) {
    await driver.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.deepEqual(await contrastFaults(driver.page), []);
  }
  await driver.send('more');
  const exchange = await server.exchange(2);
  exchange.start().delta('```js\nlet x = 1;\nlet y');
  await driver.answered('let y');
  assert.equal(await driver.lastAnswer.locator('pre span').count(), 0, 'code that still grows is left alone');
  exchange.delta(' = 2;\n```\n\nand so on').finish();
  await driver.phase('done');
  await driver.until(COLOURED(Object.keys(CODE).length + 1));
});

test('colours much code in parts, and leaves very long code alone', async (page, context) => {
  const { driver, server } = page;
  const line = 'const value = compute("text", 12, true); // a comment\n\n';
  const [most, more] = [line.repeat(700).trimEnd(), line.repeat(740)];
  await answer(page, `\`\`\`js\n${more}\`\`\``);
  await driver.send('more');
  const exchange = await server.exchange(2);
  exchange.start().delta(`\`\`\`js\n${most}\n// the end`);
  await driver.answered('// the end');
  const worstMs = await longestFrameMs(driver.page, async () => {
    exchange.delta('\n```\n\nAnd text.').finish();
    await driver.until(COLOURED(1));
  });
  context.diagnostic(`Longest frame while 38,000 characters of code are coloured: ${worstMs} ms`);
  const text = `${most}\n// the end`;
  const code = (index: number) => driver.page.locator('pre').nth(index);
  assert.equal(await code(0).locator('span').count(), 0);
  assert.ok((await code(1).locator('span').count()) > 1_000);
  assert.equal(await code(1).textContent(), text);
  assert.equal(await code(1).innerText(), text);
  const marked =
    "(getSelection().selectAllChildren(document.querySelectorAll('pre')[1]), String(getSelection()))";
  assert.equal(await driver.page.evaluate(marked), text);
});

const CODE = {
  python: '# A comment\ndef f(n: int):\n    """Text"""\n    return n + 1 if True else None',
  ts: 'export class A<T> { x = `n ${1 + 2}`; /* b */ f(): string { return /a+/g.source; } }',
  bash: 'for f in *.txt; do echo "$f costs \\$5"; done',
  html: '<a href="/x" class="b">text &amp; more</a>',
  json: '{ "name": "hilo", "count": 12, "ok": true }',
  diff: '@@ -1 +1 @@\n- old\n+ new',
  css: '.a > b:hover { color: red; width: 10px }',
};
