/** The page around a conversation: links, the account, who answers; against the processes as in earnest. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { axeFaults, contrastFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';

const TEST_MS = 120_000;
const FAST = { tokens: 12, tokensPerSecond: 0 };
/** What must stay text wherever it is shown. */
const HOSTILE = '<img src=x onerror="window.hurt=1"> \u202Egnp.exe [go](javascript:window.hurt=2)';

let stack: RealStack;
let browser: PageBrowser;

before(async () => {
  [stack, browser] = await Promise.all([
    RealStack.start({ RATE_MAX_MESSAGES: '1000', ANONYMOUS_CREDITS: '100000' }),
    PageBrowser.launch(),
  ]);
});
after(async () => {
  await browser.close();
  await stack.stop();
});

interface Person {
  readonly driver: PageDriver;
  readonly person: PageBrowser;
}

/** Each test is another person, with conversations of their own. */
function test(name: string, run: (given: Person) => Promise<void>, options: BrowserOptions = {}): void {
  void it(name, { timeout: TEST_MS }, async () => {
    stack.stub.configure(FAST);
    const person = await browser.another(options);
    try {
      const driver = await person.open(stack.url);
      await driver.connected();
      await run({ driver, person });
      assert.deepEqual(driver.faults, []);
    } finally {
      await person.leave();
    }
  });
}

const row = (driver: PageDriver, title: string) =>
  driver.page.locator('.row', { has: driver.page.locator('.row-title', { hasText: title }) });

async function openMenu(driver: PageDriver, title: string): Promise<void> {
  await row(driver, title).hover();
  await row(driver, title).getByRole('button').click();
}

/** Makes a link to a conversation in the list, and resolves with its address. */
async function share(driver: PageDriver, title: string): Promise<string> {
  await openMenu(driver, title);
  await driver.dialog.getByRole('button', { name: 'Share…' }).click();
  await driver.dialog.getByRole('button', { name: 'Make a link' }).click();
  return (await driver.dialog.locator('.share-address').getAttribute('href')) ?? '';
}

async function looksRight(driver: PageDriver, what: string): Promise<void> {
  assert.deepEqual(await axeFaults(driver.page), [], what);
  assert.deepEqual(await contrastFaults(driver.page), [], what);
  assert.deepEqual(await driver.smallTargets(), [], what);
  assert.ok((await driver.overflow()) <= 0, what);
  assert.equal(await driver.page.evaluate('window.hurt'), undefined, what);
}

/** Somebody else opens the link, in a browser that has never been here. */
async function visit(address: string, run: (page: PageDriver['page']) => Promise<void>) {
  const visitor = await browser.another();
  try {
    const page = await visitor.newPage(stack.url);
    await page.page.goto(address);
    await run(page.page);
    // The browser itself reports the answer to a link that is gone.
    assert.deepEqual(
      page.faults.filter((fault) => !fault.includes('404 (Not Found)')),
      [],
    );
  } finally {
    await visitor.leave();
  }
}

test('shares a conversation up to now with whoever has the link, and withdraws it', async ({ driver }) => {
  await driver.send(`**sea** ${HOSTILE}`);
  await driver.phase('done');
  await row(driver, 'sea').waitFor();
  const address = await share(driver, 'sea');
  assert.match(address, /\/s\/[\w-]+$/);
  await looksRight(driver, 'the dialog');
  await driver.page.keyboard.press('Escape');
  await driver.ask('said later');
  await visit(address, async (page) => {
    await page.locator('.prose strong', { hasText: 'sea' }).waitFor();
    assert.match(await page.title(), /sea.* · Hilo$/);
    assert.doesNotMatch(await page.evaluate<string>('document.body.innerText'), /said later/);
    assert.equal(await page.locator('#composer, .side').count(), 0);
    assert.equal(await page.evaluate(`document.querySelector('meta[name=robots]').content`), 'noindex');
    assert.deepEqual(await page.evaluate('[window.hurt, document.images.length]'), [undefined, 0]);
    assert.equal(await page.locator('a[href^="javascript:"]').count(), 0);
    assert.doesNotMatch(await page.evaluate<string>('document.body.textContent'), /\u202E/);
    // Nobody has become a guest here.
    assert.equal(await page.evaluate(`localStorage.getItem('hilo.guest')`), null);
    await openMenu(driver, 'sea');
    await driver.dialog.getByRole('button', { name: 'Share…' }).click();
    await driver.dialog.getByRole('button', { name: 'Withdraw' }).click();
    await driver.dialog.locator('.share').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('There is nothing behind this link').waitFor();
    assert.doesNotMatch(await page.evaluate<string>('document.body.textContent'), /sea/);
  });
});
