/** The reader decides: what is in sight, what a key does, what is stopped, what goes to the printer. */
import assert from 'node:assert/strict';
import { PageBrowser, type PageDriver } from './page/driver.ts';
import type { Exchange, FakeServer } from './page/fake-server.ts';
import { openBrowser } from './page/on-page.ts';

const { test, browser } = await openBrowser();

const SCROLL_TOP = "document.querySelector('.scroller').scrollTop";

/** A long answer that goes on coming, some words in each frame. */
async function stream(
  driver: PageDriver,
  server: FakeServer,
): Promise<{ exchange: Exchange; grow: () => Promise<void> }> {
  await driver.composer.fill('long');
  await driver.button.click();
  const exchange = await server.exchange(1);
  exchange.start().delta('line\n\n'.repeat(80));
  await driver.until(`${SCROLL_TOP} > 500`);
  const grow = async () => {
    for (let frame = 0; frame < 20; frame += 1) {
      exchange.delta('more words ');
      await driver.page.evaluate('new Promise(requestAnimationFrame)');
    }
  };
  return { exchange, grow };
}

for (const [how, leave] of [
  ['the wheel', (driver: PageDriver) => driver.page.mouse.wheel(0, -2)],
  ['a key', (driver: PageDriver) => driver.scroller.press('ArrowUp')],
] as const) {
  test(`lets a reader leave the end with ${how} while an answer comes`, async ({ driver, server }) => {
    const { exchange, grow } = await stream(driver, server);
    await driver.scroller.hover();
    await grow();
    await leave(driver);
    await driver.page.locator('.to-end').waitFor();
    await grow();
    const before = await driver.page.evaluate(SCROLL_TOP);
    exchange.delta('\n\nand\n\nmore'.repeat(30));
    await driver.answered('and');
    assert.equal(await driver.page.evaluate(SCROLL_TOP), before);
  });
}

test('lets a finger leave the end while an answer comes', async ({ server }) => {
  const person = await browser.another({ width: 400, height: 700, touch: true });
  const driver = await person.open(server.url);
  await driver.connected();
  const { grow } = await stream(driver, server);
  const cdp = await driver.page.context().newCDPSession(driver.page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x: 200, y }] });
  await touch('touchStart', 300);
  for (const y of [305, 310, 316, 322, 330]) {
    await touch('touchMove', y);
    await grow();
  }
  await touch('touchEnd');
  await driver.page.locator('.to-end').waitFor();
  await person.leave();
});

test('breaks the line with Enter on a touch screen, and sends with the button', async ({ server }) => {
  const person = await browser.another({ width: 360, height: 640, touch: true });
  const driver = await person.open(server.url);
  await driver.connected();
  await driver.composer.tap();
  await driver.page.keyboard.type('one');
  await driver.page.keyboard.press('Enter');
  await driver.page.keyboard.type('two');
  assert.equal(await driver.composer.inputValue(), 'one\ntwo');
  assert.equal(await driver.composer.getAttribute('enterkeyhint'), 'enter');
  assert.equal(await driver.page.locator('#composer-hint').textContent(), '');
  await driver.button.tap();
  assert.equal((await server.exchange(1)).text, 'one\ntwo');
  await person.leave();
});

test('stops with Escape from anywhere, but a dialog first', async ({ driver, server }) => {
  await driver.send('first');
  (await server.exchange(1)).reply('one');
  await driver.proof('proved');
  await driver.send('second');
  const exchange = await server.exchange(2);
  exchange.start().delta('half');
  await driver.answered('half');
  await driver.page.locator('.proof-mark').first().click();
  await driver.dialog.waitFor();
  await driver.page.keyboard.press('Escape');
  await driver.dialog.waitFor({ state: 'detached' });
  await driver.phase('streaming');
  await driver.scroller.focus();
  await driver.page.keyboard.press('Escape');
  await driver.phase('stopped');
});

test('copies within a dialog, without TLS too', async ({ server }) => {
  const driver = await browser.open(server.url.replace('127.0.0.1', 'page.test'));
  await driver.connected();
  await driver.send('hello');
  const exchange = await server.exchange(1);
  exchange.reply('hello back');
  await driver.proof('unchecked');
  await driver.page.evaluate(
    `document.addEventListener('copy', () => { window.copied = document.activeElement.value; })`,
  );
  await driver.lastMark.click();
  await driver.dialog.getByRole('button', { name: 'Copy trace' }).click();
  await driver.dialog.getByText('Copied').waitFor();
  assert.equal(await driver.page.evaluate('window.copied'), exchange.trace);
  await driver.page.close();
});

test('opens an empty page at its top in a short window', async ({ driver }) => {
  await driver.page.setViewportSize({ width: 360, height: 420 });
  await driver.reload();
  await driver.page.locator('.empty').waitFor();
  await driver.page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
  assert.equal(await driver.page.evaluate(SCROLL_TOP), 0);
});

test('shows the decision to erase without scrolling in a short window', async ({ driver, server }) => {
  await driver.page.setViewportSize({ width: 360, height: 420 });
  await driver.send('hello');
  (await server.exchange(1)).reply('hello back');
  await driver.proof('proved');
  await driver.lastMark.click();
  await driver.dialog.getByRole('button', { name: 'Erase this exchange' }).click();
  const decision = driver.dialog.getByRole('button', { name: 'Erase', exact: true });
  await decision.waitFor();
  const box = await decision.boundingBox();
  assert.ok(box && box.y >= 0 && box.y + box.height <= 420, JSON.stringify(box));
  await driver.dialog.getByRole('button', { name: 'Keep it' }).click();
  const focused = 'document.activeElement.textContent';
  await driver.until(`${focused}.includes('Erase this exchange')`);
});

test('shows thoughts folded away, and loading as its own line', async ({ driver, server }) => {
  await driver.send('think');
  const exchange = await server.exchange(1);
  exchange.load();
  await driver.lastTurn.getByText('The model is being loaded…').waitFor();
  exchange.start().think('first I wonder');
  const thoughts = driver.lastTurn.locator('.thinking');
  await thoughts.getByText('Thinking…').waitFor();
  assert.equal(await thoughts.getByText('first I wonder').isVisible(), false);
  exchange.delta('The answer').finish();
  await driver.phase('done');
  await thoughts.getByText('Thought for 1 s').click();
  await thoughts.getByText('first I wonder').waitFor();
  await driver.send('and in the text');
  (await server.exchange(2)).reply('<think>\nsecond thoughts\n</think>\n\nAnother answer');
  await driver.answered('Another answer');
  assert.equal(await driver.answerText(), 'Another answer');
  await driver.proof('proved');
  assert.ok(!(await driver.spoken()).some((text) => text.includes('second thoughts')));
  await driver.reload();
  await driver.page.getByText('Thought for 1 s').first().waitFor();
});

test('says who answers before the first message', async ({ driver, server }) => {
  await driver.page.getByText('A program answers here, not a person.').waitFor();
  server.results['models.list'] = { provider: 'ollama', current: 'qwen:3b', models: [] };
  await driver.reload();
  await driver.page.getByText('The language model qwen:3b answers here').waitFor();
  server.results['models.list'] = { provider: 'offline', current: 'companion', models: [] };
  await driver.reload();
  await driver.page.getByText('The offline companion answers here').waitFor();
});

test('fits a phone when its text is twice as large', async ({ driver, server }) => {
  await driver.page.setViewportSize({ width: 360, height: 640 });
  await driver.send('large');
  (await server.exchange(1)).reply(
    'An answer\n\n| one | two |\n|--|--|\n| some words here | more words there |',
  );
  await driver.proof('proved');
  await driver.page.evaluate("document.documentElement.style.fontSize = '200%'");
  assert.ok((await driver.overflow()) <= 0);
  const outside = `[...document.querySelectorAll('button, h1, .status, .balance')].filter(
    (e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth).length`;
  assert.equal(await driver.page.evaluate(outside), 0);
});

test('prints the whole conversation', async ({ driver, server }) => {
  await driver.send('long');
  (await server.exchange(1)).reply('a line of the answer\n\n'.repeat(150));
  await driver.phase('done');
  const pdf = (await driver.page.pdf({ format: 'A4' })).toString('latin1');
  assert.ok((pdf.match(/\/Type \/Page\b/g)?.length ?? 0) > 3);
});

test('keeps column and composer on one axis beside a real scrollbar', async ({ server }) => {
  const desktop = await PageBrowser.launch({ scrollbars: true });
  try {
    for (const width of [1_440, 700]) {
      const driver = await desktop.open(server.url);
      await driver.page.setViewportSize({ width, height: 500 });
      await driver.connected();
      const count = server.exchanges.length + 1;
      await driver.send('long');
      (await server.exchange(count)).reply('line\n\n'.repeat(60));
      await driver.phase('done');
      const edges = await driver.page.evaluate<
        number[][]
      >(`['.column', '.composer', '.header-row'].map((name) => {
        const { left, right } = document.querySelector(name).getBoundingClientRect();
        return [Math.round(left), Math.round(right)];
      })`);
      assert.deepEqual(edges[1], edges[0]);
      assert.deepEqual(edges[2], edges[0]);
      await driver.page.close();
    }
  } finally {
    await desktop.close();
  }
});
