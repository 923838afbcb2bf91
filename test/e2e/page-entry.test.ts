/** A server where guests may not chat leads visitors to the sign-in, and back to where they wanted to go. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { PageBrowser } from './page/driver.ts';
import { RealStack } from './page/real-stack.ts';

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
      await page.goto(stack.url);
      await page.waitForURL('**/app/sign-in');
      assert.equal(await page.getByRole('link', { name: 'Go on as a guest' }).count(), 0);
      await page.getByRole('link', { name: 'Create one' }).click();
      assert.equal(await page.getByText('What you said here as a guest').count(), 0);
      await page.getByLabel('E-mail').fill('visitor@hilo.test');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.getByRole('link', { name: 'Account:' }).waitFor();
      assert.equal(page.url(), stack.url);
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

void it('offers no new account where only administrators make them', { timeout: TEST_MS }, async () => {
  const stack = await RealStack.start({ ALLOW_ANONYMOUS: 'false', ALLOW_SIGNUP: 'false' });
  const person = await browser.another({});
  try {
    const { page } = await person.newPage(stack.url);
    await page.goto(`${stack.url}app/register`);
    await page.waitForURL('**/app/sign-in');
    await page.getByText('Accounts are made by an administrator').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Create one' }).count(), 0);
  } finally {
    await person.leave();
    await stack.stop();
  }
});
