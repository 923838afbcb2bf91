/** The page in Firefox, against the processes as they run in earnest. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { FirefoxDriver, launchFirefox } from './page/firefox.ts';
import { RealStack } from './page/real-stack.ts';

const TEST_MS = 120_000;
/** So slow that a busy machine can act while the answer comes. */
const SLOW = { tokens: 40, tokensPerSecond: 5 };
const FAST = { tokens: 12, tokensPerSecond: 0 };

let stack: RealStack;
let browser: Browser;

before(async () => {
  [stack, browser] = await Promise.all([RealStack.start(), launchFirefox()]);
});
after(async () => {
  await browser.close();
  await stack.stop();
});

/** Each test is another person. */
function test(name: string, run: (driver: FirefoxDriver) => Promise<void>): void {
  void it(name, { timeout: TEST_MS }, async () => {
    stack.stub.configure(FAST);
    const driver = await FirefoxDriver.open(browser, stack.url);
    try {
      await run(driver);
      assert.deepEqual(await driver.faults(), []);
    } finally {
      await driver.close();
    }
  });
}

test('streams an answer, says what it cost and proves it', async (driver) => {
  stack.stub.configure(SLOW);
  await driver.send('tell me something');
  await driver.phase('streaming');
  await driver.answered('echo: tell me something');
  await driver.phase('done');
  await driver.proof('proved');
  const cost = await driver.read<string>("document.querySelector('.mark-cost').textContent");
  assert.match(cost, /^\d+ credits$/);
});

test('stops an answer; what had arrived stays', async (driver) => {
  stack.stub.configure(SLOW);
  await driver.send('a long story');
  await driver.answered('echo: a long story');
  await driver.click('Stop the answer');
  await driver.phase('stopped');
  await driver.proof('proved');
  const words = await driver.read<number>("document.querySelector('.prose').textContent.split(' ').length");
  assert.ok(words < SLOW.tokens);
});

test('goes on after a reload in mid-stream, without gap or repetition', async (driver) => {
  stack.stub.configure(SLOW);
  await driver.send('count for me');
  await driver.answered('echo: count');
  await driver.page.reload();
  await driver.phase('done');
  await driver.proof('proved');
  assert.equal(await driver.read("document.querySelectorAll('.turn').length"), 1);
  const words = await driver.read<number>("document.querySelector('.prose').textContent.split(' ').length");
  assert.equal(words, SLOW.tokens);
});

test('deletes a conversation on the server', async (driver) => {
  await driver.send('forget me');
  await driver.answered('echo: forget me');
  await driver.phase('done');
  await driver.until("document.querySelector('.row-link')");
  await driver.read("document.querySelector('.row-link').focus()");
  await driver.page.keyboard.press('Delete');
  await driver.click('Delete');
  await driver.until("!document.querySelector('dialog[open]') && !document.querySelector('.turn')");
  await driver.page.reload();
  await driver.connected();
  assert.doesNotMatch(await driver.read<string>('document.body.innerText'), /forget me/);
});

test('draws formulas and colours code', async (driver) => {
  await driver.send('The area is $A = \\pi r^2$, it costs $5 and $10.');
  await driver.until("document.querySelector('.prose .math[data-source] > math')");
  assert.match(
    await driver.read<string>("document.querySelector('.prose').textContent"),
    /costs \$5 and \$10/,
  );
  const height = "document.querySelector('.prose math').getBoundingClientRect().height";
  assert.ok((await driver.read<number>(height)) > 5);
});

test('fits a phone, in the light and in the dark', async (driver) => {
  await driver.page.setViewport({ width: 360, height: 740 });
  await driver.send('from a phone');
  await driver.answered('echo: from a phone');
  await driver.proof('proved');
  const paper = 'getComputedStyle(document.documentElement).backgroundColor';
  const light = await driver.read<string>(paper);
  assert.ok((await driver.overflow()) <= 0);
  await driver.click('Theme: as the system. Switch to light');
  await driver.click('Theme: light. Switch to dark');
  await driver.until(`${paper} !== '${light}'`);
  assert.ok((await driver.overflow()) <= 0);
  await driver.page.reload();
  await driver.connected();
  assert.notEqual(await driver.read<string>(paper), light);
});
