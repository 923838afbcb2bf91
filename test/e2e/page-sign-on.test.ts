/** [S-1] Signing on with a provider in a real browser: there and back, as a person does it. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { Page } from 'playwright-core';
import { CLIENT, OidcIssuer, signOnFileOf } from '../support/oidc-issuer.ts';
import { RpcClient } from '../support/rpc-client.ts';
import { PageBrowser } from './page/driver.ts';
import { axeFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';

const TEST_MS = 120_000;

let browser: PageBrowser;
let stack: RealStack;
let issuer: OidcIssuer;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-page-sign-on-'));
  browser = await PageBrowser.launch();
  stack = await RealStack.start(async (url) => {
    issuer = await OidcIssuer.start(url);
    const file = join(folder, 'sign-on.json');
    await writeFile(file, signOnFileOf(issuer.url, { adminGroups: ['admins'] }));
    return { SIGN_ON_FILE: file, COMPANY_SECRET: CLIENT.secret, PUBLIC_URL: url };
  });
});

after(async () => {
  await browser.close();
  await stack.stop();
  await issuer.down();
  await rm(folder, { recursive: true });
});

/** From the page for signing in to the provider, and through its own pages. */
async function signOn(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Go on with Company account' }).click();
  await page.waitForURL(`${issuer.url}/**`);
  await page.locator('[name="login"]').fill(name);
  await page.locator('[name="password"]').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${stack.url}**`);
}

async function roleOf(user: string): Promise<unknown> {
  using client = await RpcClient.open(stack.textPort);
  const key = (await readFile(join(stack.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await client.call('session.authenticate', { key });
  return (await client.call('users.get', { user }))['role'];
}

void it('signs on, stays signed in, and signs out of both', { timeout: TEST_MS }, async () => {
  issuer.people.set('ana', {
    email: 'ana@example.org',
    email_verified: true,
    name: 'Ana',
    groups: ['admins'],
  });
  const person = await browser.another({});
  try {
    const { page } = await person.newPage(stack.url);
    await page.goto(`${stack.url}app/sign-in?next=account`);
    await page.getByRole('link', { name: 'Go on with Company account' }).waitFor();
    assert.deepEqual(await axeFaults(page), []);
    await signOn(page, 'ana');
    await page.waitForURL('**/app/account');
    await page.getByText('ana@example.org').first().waitFor();
    assert.equal(await roleOf('ana@example.org'), 'admin', 'the group says so');
    await page.reload();
    await page.getByText('ana@example.org').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    // The provider asks whether to end its own session.
    await page.waitForURL(`${issuer.url}/session/end**`);
    await page.getByRole('button', { name: /yes/i }).click();
    await page.waitForURL(stack.url);
    await page.locator('#composer').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Account:' }).count(), 0);
    assert.equal(await page.evaluate("localStorage.getItem('hilo.account')"), null);
    assert.deepEqual(await page.context().cookies(`${stack.url}sign-on/company`), []);
  } finally {
    await person.leave();
  }
});

void it('says why it did not work, and leaves the password as a way in', { timeout: TEST_MS }, async () => {
  issuer.people.set('ben', { email: 'ben@example.org', email_verified: false });
  const person = await browser.another({});
  try {
    const { page } = await person.newPage(stack.url);
    await page.goto(`${stack.url}app/sign-in`);
    await signOn(page, 'ben');
    await page.getByRole('alert').getByText('The provider gave no verified e-mail').waitFor();
    assert.deepEqual(await axeFaults(page), []);
    await issuer.down();
    await stack.killServer();
    await stack.startServer();
    await page.goto(`${stack.url}app/sign-in`);
    await page.getByRole('link', { name: 'Go on with Company account' }).click();
    await page.getByRole('alert').getByText('That provider does not answer now').waitFor();
    await page.getByLabel('Password', { exact: true }).waitFor();
    await page.goto(`${stack.url}app/sign-in?fault=${encodeURIComponent('<b>Call 0800</b>')}`);
    await page.getByRole('alert').getByText('Signing on did not work').waitFor();
  } finally {
    await person.leave();
    await issuer.up();
  }
});
