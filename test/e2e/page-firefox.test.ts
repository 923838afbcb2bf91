/** The page in Firefox, against the processes as they run in earnest. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { FirefoxDriver, launchFirefox } from './page/firefox.ts';
import { RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const TEST_MS = 120_000;
/** So slow that a busy machine can act while the answer comes. */
const SLOW = { tokens: 40, tokensPerSecond: 5 };
const FAST = { tokens: 12, tokensPerSecond: 0 };

let stack: RealStack;
let browser: Browser;

before(async () => {
  [stack, browser] = await startTogether(
    RealStack.start({ RATE_MAX_MESSAGES: '1000', RATE_MAX_MESSAGES_USER: '1000' }),
    launchFirefox(),
  );
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

let people = 0;

async function register(driver: FirefoxDriver): Promise<void> {
  await driver.page.goto(`${stack.url}app/register`);
  await driver.fill('E-mail', `firefox${(people += 1)}@hilo.test`);
  await driver.fill('Password', 'a long sentence to remember');
  await driver.click('Create account');
  await driver.until('document.querySelector(\'[aria-label^="Account:"]\')');
}

/** Keeps the text of a file that the page hands out; the browser does not get to ask where to put it. */
const KEEP_SAVED = `(() => {
  URL.createObjectURL = (blob) => {
    void blob.text().then((text) => (window.testSaved = text));
    return '#';
  };
  HTMLAnchorElement.prototype.click = () => {};
})()`;

test('edits a message and asks again, and both versions stay', async (driver) => {
  await driver.send('first words');
  await driver.phase('done');
  await driver.click('Edit message');
  await driver.page.keyboard.type(' and more');
  await driver.page.keyboard.press('Enter');
  await driver.answered('echo: first words and more');
  await driver.until(`document.querySelector('[aria-label="Version of the message: 2 of 2"]')`);
  await driver.click('Answer again');
  await driver.until(`document.querySelector('[aria-label="Version of the answer: 2 of 2"]')`);
  await driver.phase('done');
  await driver.click('Earlier version');
  await driver.until(`document.querySelector('.turn .bubble').textContent === 'first words'`);
  assert.equal(await driver.read("document.querySelectorAll('.turn').length"), 1);
});

test('asks the model that was chosen, and keeps nothing of a temporary chat', async (driver) => {
  await driver.click('Who answers: stub');
  await driver.until(
    "document.querySelector('dialog[open] [name=route]')?.textContent.includes('companion')",
  );
  await driver.page.select('dialog[open] [name=route]', 'companion');
  await driver.click('Save');
  await driver.until(`document.querySelector('[aria-label="Who answers: Offline companion"]')`);
  await driver.send('hello');
  await driver.phase('done');
  await driver.until("document.querySelector('.mark-offline')");
  await driver.click('Temporary chat');
  await driver.until("document.querySelector('.temporary-mark') && !document.querySelector('.turn')");
  await driver.send('between us');
  await driver.answered('echo: between us');
  await driver.phase('done');
  assert.doesNotMatch(await driver.read<string>('JSON.stringify({ ...localStorage })'), /between us/);
  await driver.page.reload();
  await driver.connected();
  assert.doesNotMatch(await driver.read<string>('document.body.textContent'), /between us/);
});

test('shares a conversation by a link, and withdraws it on the page of the account', async (driver) => {
  await driver.send('for everyone');
  await driver.phase('done');
  await register(driver);
  await driver.click('More for “for everyone”');
  await driver.click('Share…');
  await driver.click('Make a link');
  await driver.until("document.querySelector('.share-address')");
  const address = await driver.read<string>("document.querySelector('.share-address').href");
  await driver.page.goto(address);
  await driver.until("document.querySelector('.prose')?.textContent.includes('echo: for everyone')");
  assert.equal(await driver.read("document.querySelectorAll('#composer, .side').length"), 0);
  assert.ok((await driver.overflow()) <= 0);
  await driver.page.goto(`${stack.url}app/account`);
  await driver.click('Withdraw');
  await driver.until("!document.querySelector('.share-address')");
  await driver.page.goto(address);
  await driver.until("document.body.innerText.includes('There is nothing behind this link')");
});

test('takes everything along, erases it and brings it back; texts may have an age', async (driver) => {
  await driver.send('about herons');
  await driver.phase('done');
  await register(driver);
  await driver.page.goto(`${stack.url}app/account`);
  await driver.fill('Delete my texts after this many days', '30');
  await driver.click('Save');
  await driver.read(KEEP_SAVED);
  await driver.click('Save as a file');
  await driver.until('window.testSaved');
  const saved = await driver.read<string>('window.testSaved');
  assert.match(saved, /about herons/);
  await driver.click('Erase all conversations…');
  await driver.click('Erase for good');
  await driver.until("document.body.innerText.includes('1 conversation was erased.')");
  await driver.read(`(() => {
    const given = new DataTransfer();
    given.items.add(new File([window.testSaved], 'hilo.jsonl'));
    const field = document.querySelector('input[type=file]');
    field.files = given.files;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  })()`);
  await driver.until("document.body.innerText.includes('1 conversation with 2 messages was imported.')");
  await driver.page.reload();
  const days = `[...document.querySelectorAll('input[type=number]')].find((e) => e.value === '30')`;
  await driver.until(days);
});
