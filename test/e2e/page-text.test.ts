/** What a model has written is what a reader sees, even where it cannot be drawn. */
import assert from 'node:assert/strict';
import { CORPUS, missingWords, wordsOf } from '../../web/src/ui/markdown/texts.fixture.ts';
import { openBrowser } from './page/on-page.ts';
import { seedConversation } from './page/inspect.ts';

const { test } = await openBrowser();

const READ_ANSWERS = "[...document.querySelectorAll('.turn .prose')].map((e) => e.innerText)";

test('shows every word of a text, in its order', async ({ driver }) => {
  await driver.page.setViewportSize({ width: 360, height: 700 });
  await seedConversation(
    driver.page,
    CORPUS.map(({ text }) => text),
  );
  await driver.reload();
  await driver.until(`document.querySelectorAll('.turn .prose').length === ${CORPUS.length}`);
  await driver.until("!document.querySelector('.prose.plain')");
  await driver.until("document.querySelectorAll('.math[data-source] > math').length === 5");
  const answers = await driver.page.evaluate<string[]>(READ_ANSWERS);
  for (const [index, { text, sees = text, drawn = sees }] of CORPUS.entries()) {
    const seen = answers[index] ?? '';
    assert.deepEqual(missingWords(wordsOf(drawn), wordsOf(seen)), [], `${text}\n→ ${seen}`);
  }
  assert.ok((await driver.overflow()) <= 0);
  const clipped = `[...document.querySelectorAll('.marker')].filter(
    (e) => e.getBoundingClientRect().left < 0).length`;
  assert.equal(await driver.page.evaluate(clipped), 0);
});

test('reads each block in its own direction', async ({ driver, server }) => {
  await driver.send('مرحبا');
  (await server.exchange(1)).reply('مرحبا بك\n\nand now English\n\n1. واحد\n2. اثنان\n\n```\nlet x;\n```');
  await driver.answered('let x;');
  const directions = `[...document.querySelectorAll('.bubble, .prose > p, .prose ol, .prose pre')].map(
    (e) => getComputedStyle(e).direction)`;
  assert.deepEqual(await driver.page.evaluate(directions), ['rtl', 'rtl', 'ltr', 'rtl', 'ltr']);
});

test('draws nested quotes and lists without end as text, and goes on', async ({ driver, server }) => {
  const texts = ['>'.repeat(1_800) + ' deep', '- '.repeat(1_500) + 'deep'];
  for (const [index, text] of texts.entries()) {
    await driver.send('how deep');
    const exchange = await server.exchange(index + 1);
    exchange.start();
    for (let begin = 0; begin < text.length; begin += 300) exchange.delta(text.slice(begin, begin + 300));
    exchange.finish();
    await driver.phase('done');
    await driver.answered('deep');
  }
  await driver.reload();
  await driver.connected();
  await driver.until("document.querySelectorAll('.turn .prose').length === 2");
});

const SABOTAGE = {
  'the purifier': `const set = Element.prototype.setAttribute;
    Element.prototype.setAttribute = function (name, value) {
      if (name === 'dir' && this.tagName === 'P') throw new RangeError('sabotage');
      return set.call(this, name, value);
    };`,
  'every way to draw': `Element.prototype.replaceChildren = () => { throw new RangeError('sabotage'); };
    Node.prototype.insertBefore = ((insert) => function (node, before) {
      if (this.matches?.('.prose:not(.plain)')) throw new RangeError('sabotage');
      return insert.call(this, node, before);
    })(Node.prototype.insertBefore);`,
};

for (const [what, script] of Object.entries(SABOTAGE)) {
  test(`connects and shows an answer as plain text when ${what} fails`, async ({ driver, server }) => {
    await driver.send('hello');
    (await server.exchange(1)).reply('One *answer*');
    await driver.answered('answer');
    await driver.page.addInitScript(script);
    await driver.reload();
    await driver.connected();
    await driver.lastTurn.locator('.plain').getByText('One *answer*').waitFor();
    await driver.send('and again');
    const exchange = await server.exchange(2);
    exchange.start().delta('Two *answ');
    await driver.lastTurn.locator('.plain').getByText('Two *answ').waitFor();
    exchange.delta('ers*').finish();
    await driver.lastTurn.locator('.plain').getByText('Two *answers*').waitFor();
  });
}

test('copies what is seen and nothing that is hidden', async ({ driver, server }) => {
  await driver.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await driver.send('hide something');
  (await server.exchange(1)).reply('rm \u001B[201~\u0007safe\u202E.txt');
  await driver.phase('done');
  await driver.page.getByRole('button', { name: 'Copy answer' }).click();
  await driver.page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await driver.page.evaluate('navigator.clipboard.readText()'), 'rm [201~safe.txt');
});
