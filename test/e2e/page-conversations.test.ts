/** Lasting conversations on the page, against the processes as they run in earnest. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { axeFaults, contrastFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const TEST_MS = 120_000;
const FAST = { tokens: 12, tokensPerSecond: 0 };
/** Markup in a name is text. */
const FOLDER = '<img src=x onerror="window.hurt=1"> Birds';

let stack: RealStack;
let browser: PageBrowser;

before(async () => {
  [stack, browser] = await startTogether(
    RealStack.start({ RATE_MAX_MESSAGES: '1000', ANONYMOUS_CREDITS: '100000' }),
    PageBrowser.launch(),
  );
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

/** A new conversation with one message; resolves with its address. */
async function begin(driver: PageDriver, text: string): Promise<string> {
  if ((await driver.turns.count()) > 0) {
    await driver.page.getByRole('button', { name: 'New conversation' }).click();
    await driver.page.getByText('What would you like to talk about?').waitFor();
  }
  await driver.ask(text);
  await row(driver, text).waitFor();
  return driver.page.url();
}

const row = (driver: PageDriver, title: string) =>
  driver.page.locator('.row', { has: driver.page.locator('.row-title', { hasText: title }) });
const link = (driver: PageDriver, title: string) => row(driver, title).locator('.row-link');
const titles = (driver: PageDriver) => driver.page.locator('.row-title').allTextContents();

test('lists conversations under their titles, and opens, reloads and leads back to each', async ({
  driver,
}) => {
  assert.equal(driver.page.url(), stack.url);
  const first = await begin(driver, 'about the sea');
  assert.match(first, /\/c\/[\w-]+$/);
  const second = await begin(driver, 'about mountains');
  assert.notEqual(first, second);
  assert.deepEqual(await titles(driver), ['about mountains', 'about the sea']);
  await link(driver, 'about the sea').click();
  await driver.answered('echo: about the sea');
  assert.equal(driver.page.url(), first);
  assert.equal(await driver.turns.count(), 1);
  await driver.until(`document.title === 'about the sea · Hilo'`);
  await driver.reload();
  await driver.answered('echo: about the sea');
  await driver.page.goBack();
  await driver.answered('echo: about mountains');
  assert.equal(driver.page.url(), second);
  await driver.ask('higher still');
  await driver.page.goForward();
  await driver.answered('echo: about the sea');
  await driver.page.goBack();
  await driver.answered('echo: higher still');
  assert.equal(await driver.turns.count(), 2);
});

test('keeps two windows in step, and opens an address in a window of its own', async ({ driver, person }) => {
  const address = await begin(driver, 'from the first window');
  const other = await person.open(address);
  await other.answered('echo: from the first window');
  await other.ask('and from the second');
  await driver.answered('echo: and from the second');
  assert.deepEqual([await driver.turns.count(), await other.turns.count()], [2, 2]);
  await begin(driver, 'only here');
  await link(other, 'only here').waitFor();
  assert.equal(other.page.url(), address);
  await link(other, 'only here').click();
  await other.answered('echo: only here');
  assert.deepEqual(other.faults, []);
});

test('says in calm words that an address leads to nothing, and goes on', async ({ driver }) => {
  await begin(driver, 'something');
  await driver.page.goto(`${stack.url}c/0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c60`);
  await driver.page.getByText('There is no conversation of yours at this address').waitFor();
  assert.match(driver.page.url(), /5d2f8a1b7c60$/);
  await looksRight(driver, 'nothing at the address');
  await driver.ask('another beginning');
  await driver.until(`!location.pathname.endsWith('5d2f8a1b7c60')`);
  assert.equal(await driver.turns.count(), 1);
});

test('lets an answer go on while another conversation is read', async ({ driver }) => {
  await begin(driver, 'settled');
  await driver.page.getByRole('button', { name: 'New conversation' }).click();
  stack.stub.configure({ tokens: 40, tokensPerSecond: 10 });
  await driver.send('a slow one');
  await driver.answered('echo: a');
  await link(driver, 'settled').click();
  await driver.answered('echo: settled');
  await driver.page.goBack();
  await driver.answered('echo: a slow');
  await driver.phase('done');
  assert.equal((await driver.answerText()).split(' ').length, 40);
  assert.equal(await driver.turns.count(), 1);
});

test('leads through the list with the keys alone', async ({ driver }) => {
  await begin(driver, 'one');
  await begin(driver, 'two');
  await begin(driver, 'three');
  await link(driver, 'three').focus();
  await driver.page.keyboard.press('ArrowDown');
  await driver.page.keyboard.press('ArrowDown');
  await driver.page.keyboard.press('Enter');
  await driver.answered('echo: one');
  assert.equal(await driver.page.evaluate('document.activeElement.textContent'), 'one');
});

test(
  'has the list in a drawer where there is little room',
  async ({ driver }) => {
    await driver.ask('small screen');
    assert.equal(await driver.page.locator('.row').count(), 0);
    await driver.page.getByRole('button', { name: 'Conversations' }).click();
    await driver.dialog.locator('.row').waitFor();
    await looksRight(driver, 'the drawer');
    await menuOf(driver, 'small screen');
    await driver.dialog.getByRole('button', { name: 'Leave this menu' }).click();
    await driver.page.locator('#row-menu').waitFor({ state: 'detached' });
    assert.deepEqual(await driver.smallTargets(), []);
    assert.ok((await driver.overflow()) <= 0);
    await driver.page.keyboard.press('Escape');
    await driver.dialog.waitFor({ state: 'detached' });
    assert.match(await driver.page.evaluate('document.activeElement.className'), /side-toggle/);
    await driver.page.getByRole('button', { name: 'Conversations' }).click();
    await driver.dialog.getByRole('button', { name: 'New conversation' }).click();
    await driver.page.getByText('What would you like to talk about?').waitFor();
    assert.equal(await driver.page.evaluate('document.activeElement.id'), 'composer');
    await driver.page.getByRole('button', { name: 'Conversations' }).click();
    await driver.dialog.locator('.row-link').click();
    await driver.dialog.waitFor({ state: 'detached' });
    await driver.answered('echo: small screen');
  },
  { width: 360, height: 640 },
);

test('renames, pins and deletes with the keys, and the focus stays in the list', async ({ driver }) => {
  await begin(driver, 'one');
  await begin(driver, 'two');
  await link(driver, 'one').focus();
  await driver.page.keyboard.press('F2');
  await driver.page.keyboard.type('the first');
  await driver.page.keyboard.press('Enter');
  await link(driver, 'the first').waitFor();
  await driver.until(`document.activeElement.textContent === 'the first'`);
  await driver.page.keyboard.press('Tab');
  await driver.page.keyboard.press('Enter');
  await driver.dialog.getByRole('button', { name: 'Pin to the top' }).click();
  await driver.page.getByRole('heading', { name: 'Pinned' }).waitFor();
  assert.deepEqual(await titles(driver), ['the first', 'two']);
  await driver.page.reload();
  await link(driver, 'two').focus();
  await driver.page.keyboard.press('Delete');
  await driver.dialog.getByText('with every message in it').waitFor();
  await looksRight(driver, 'the question');
  await driver.dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await driver.page.getByText('This conversation was deleted').waitFor();
  await driver.until(`document.activeElement.textContent === 'the first'`);
  assert.deepEqual(await titles(driver), ['the first']);
  assert.equal(driver.page.url(), stack.url);
  assert.doesNotMatch(await driver.page.evaluate<string>('JSON.stringify(localStorage)'), /two/);
});

test('a deletion elsewhere is followed, and an open title changes', async ({ driver, person }) => {
  const address = await begin(driver, 'shared');
  const other = await person.open(address);
  await other.answered('echo: shared');
  await link(driver, 'shared').focus();
  await driver.page.keyboard.press('F2');
  await driver.page.keyboard.type('renamed');
  await driver.page.keyboard.press('Enter');
  await other.page.getByRole('heading', { level: 1, name: 'renamed' }).waitFor();
  await driver.page.getByRole('heading', { level: 1, name: 'renamed' }).waitFor();
  await link(driver, 'renamed').focus();
  await driver.page.keyboard.press('Delete');
  await driver.dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await other.page.getByText('This conversation was deleted').waitFor();
  assert.deepEqual(other.faults, []);
});

test('finds what was said, files it in a folder, archives it and saves it as a file', async ({ driver }) => {
  await begin(driver, 'where the herons nest');
  await begin(driver, 'something else');
  await driver.page.getByRole('searchbox').fill('heron');
  await driver.page.locator('.row-passage mark').first().waitFor();
  await looksRight(driver, 'the search');
  await driver.page.locator('.row-found').first().click();
  await driver.answered('echo: where the herons nest');
  await driver.page.getByRole('searchbox').fill('');
  await driver.page.getByRole('button', { name: 'New folder' }).click();
  await looksRight(driver, 'a new folder');
  await driver.dialog.getByLabel('Name').fill(FOLDER);
  await driver.dialog.getByRole('button', { name: 'Save' }).click();
  await driver.dialog.waitFor({ state: 'detached' });
  // The keys go on among the folders, where the new one is.
  await driver.until(`document.activeElement.matches('.list-choices select')`);
  await menuOf(driver, 'herons');
  await looksRight(driver, 'the menu');
  await driver.dialog.getByLabel('Folder').selectOption(FOLDER);
  await driver.dialog.waitFor({ state: 'detached' });
  await driver.page.getByLabel('Show').selectOption(FOLDER);
  await link(driver, 'something else').waitFor({ state: 'detached' });
  await link(driver, 'where the herons nest').waitFor();
  assert.deepEqual(await titles(driver), ['where the herons nest']);
  await menuOf(driver, 'herons');
  const download = driver.page.waitForEvent('download');
  await driver.dialog.getByRole('button', { name: 'Save as a file' }).click();
  assert.equal((await download).suggestedFilename(), 'where the herons nest.md');
  await menuOf(driver, 'herons');
  await driver.dialog.getByRole('button', { name: 'Archive' }).click();
  await driver.page.getByText('This folder is empty').waitFor();
  await driver.page.getByLabel('Show').selectOption('Archived');
  await link(driver, 'herons').waitFor();
  assert.deepEqual(await driver.smallTargets(), []);
  assert.equal(await driver.page.evaluate('window.hurt'), undefined);
});

async function looksRight(driver: PageDriver, what: string): Promise<void> {
  assert.deepEqual(await axeFaults(driver.page), [], what);
  assert.deepEqual(await contrastFaults(driver.page), [], what);
}

async function menuOf(driver: PageDriver, title: string): Promise<void> {
  await row(driver, title).hover();
  await row(driver, title).getByRole('button').click();
}
