/** A server where guests may not chat leads visitors to the sign-in, and back to where they wanted to go. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { Page } from 'playwright-core';
import { PageBrowser } from './page/driver.ts';
import { axeFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { RpcClient } from '../support/rpc-client.ts';

const TEST_MS = 120_000;
const PASSWORD = 'a long sentence to remember';

let browser: PageBrowser;

before(async () => {
  browser = await PageBrowser.launch();
});
after(() => browser.close());

void it(
  'offers what is allowed, and goes on where the visitor wanted to go',
  { timeout: TEST_MS },
  async () => {
    const stack = await RealStack.start({ ALLOW_ANONYMOUS: 'false' });
    const person = await browser.another({});
    try {
      const { page } = await person.newPage(stack.url);
      await page.addInitScript(WATCH_LIST);
      await page.goto(stack.url);
      await page.waitForURL('**/app/sign-in');
      assert.equal(await page.evaluate('window.hasSeenList'), false, 'nor for a moment');
      assert.equal(await page.getByRole('link', { name: 'Go on as a guest' }).count(), 0);
      // Nothing leads to a conversation that a visitor cannot have.
      assert.equal(await page.getByRole('link', { name: 'Back to the conversation' }).count(), 0);
      assert.equal(await page.locator('.side, .side-toggle').count(), 0);
      assert.deepEqual(await axeFaults(page), []);
      await page.getByRole('link', { name: 'Create one' }).click();
      assert.equal(await page.getByText('What you said here as a guest').count(), 0);
      await page.getByLabel('E-mail').fill('visitor@hilo.test');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.getByRole('link', { name: 'Account:' }).waitFor();
      assert.equal(page.url(), stack.url);
      await sharesWithVisitors(page);
      await page.context().clearCookies();
      await page.evaluate('localStorage.clear()');
      await page.goto(`${stack.url}app/account`);
      await page.waitForURL('**/app/sign-in');
      await page.getByLabel('E-mail').fill('visitor@hilo.test');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL('**/app/account');
    } finally {
      await person.leave();
      await stack.stop();
    }
  },
);

/** Notes whether the list was ever drawn. */
const WATCH_LIST = `
  window.hasSeenList = false;
  new MutationObserver(() => {
    if (document.querySelector('.list-new')) window.hasSeenList = true;
  }).observe(document, { childList: true, subtree: true });
`;

/** What somebody has shared can be read without an account, also where nobody may talk without one. */
async function sharesWithVisitors(page: Page): Promise<void> {
  await page.locator('#composer').fill('for everyone to read');
  await page.locator('#composer').press('Enter');
  const row = page.locator('.row', { hasText: 'for everyone' });
  await row.hover();
  await row.getByRole('button').click();
  await page.getByRole('button', { name: 'Share…' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const address = await page.locator('.share-address').getAttribute('href');
  const visitor = await browser.another({});
  try {
    const { page: reading, faults } = await visitor.newPage(address ?? '');
    await reading.goto(address ?? '');
    await reading.locator('.prose', { hasText: 'echo: for everyone to read' }).waitFor();
    assert.equal(reading.url(), address);
    assert.deepEqual(await axeFaults(reading), []);
    assert.deepEqual(faults, []);
    await reading.getByRole('link', { name: 'Begin a conversation of your own' }).click();
    await reading.waitForURL('**/app/sign-in');
  } finally {
    await visitor.leave();
  }
}

void it('offers no new account where only administrators make them', { timeout: TEST_MS }, async () => {
  const stack = await RealStack.start({ ALLOW_ANONYMOUS: 'false', ALLOW_SIGNUP: 'false' });
  const person = await browser.another({});
  try {
    const { page } = await person.newPage(stack.url);
    await page.goto(`${stack.url}app/register`);
    await page.waitForURL('**/app/sign-in');
    await page.getByText('Accounts are made by an administrator').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Create one' }).count(), 0);
    await page.goto(`${stack.url}app/nothing`);
    await page.getByText('There is no such page').waitFor();
    assert.deepEqual(await axeFaults(page), []);
  } finally {
    await person.leave();
    await stack.stop();
  }
});

void it(
  'an invitation opens the form for a new account where sign-up is closed',
  { timeout: TEST_MS },
  async () => {
    const stack = await RealStack.start({ ALLOW_ANONYMOUS: 'false', ALLOW_SIGNUP: 'false' });
    const person = await browser.another({});
    try {
      const token = await inviteOne(stack);
      const { page, faults } = await person.newPage(stack.url);
      await page.goto(`${stack.url}invite/${token}`);
      await page.getByText('You have been invited to make an account here.').waitFor();
      assert.equal(page.url(), `${stack.url}app/register#${token}`);
      assert.deepEqual(await axeFaults(page), []);
      await page.getByLabel('E-mail').fill('eva@hilo.test');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.getByRole('link', { name: 'Account:' }).waitFor();
      await page.context().clearCookies();
      await page.evaluate('localStorage.clear()');
      await page.goto(`${stack.url}invite/${token}`);
      await page.getByText('That invitation was used up, withdrawn, or is too old').waitFor();
      assert.deepEqual(faults, []);
    } finally {
      await person.leave();
      await stack.stop();
    }
  },
);

async function inviteOne({ dataDir, textPort }: RealStack): Promise<string> {
  using client = await RpcClient.open(textPort);
  const key = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await client.call('session.authenticate', { key });
  return String((await client.call('invitations.create', {}))['token']);
}
