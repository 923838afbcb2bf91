/** The pages for administrators, against the processes as they run in earnest, in Chromium and in Firefox. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { connectAs, PASSWORD, register, type Person } from '../support/people.ts';
import { RpcClient } from '../support/rpc-client.ts';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { FirefoxDriver, launchFirefox } from './page/firefox.ts';
import { axeFaults, contrastFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';

const ADMIN = 'root@example.org';
const TEST_MS = 120_000;
const PARTS = ['users', 'teams', 'invitations', 'keys', 'conversations', 'live', 'routes', 'ledger', 'audit'];
/** Where pictures of each part go, if somebody wants to look at them. */
const PICTURES = process.env['PICTURES_DIR'];

let stack: RealStack;
let browser: PageBrowser;
let admin: Person;
let ana: Person;

before(async () => {
  browser = await PageBrowser.launch();
  stack = await RealStack.start();
  if (PICTURES !== undefined) mkdirSync(PICTURES, { recursive: true });
  const server = { port: stack.textPort };
  admin = await register(server, { email: ADMIN });
  ana = await register(server, { email: 'ana@example.org', name: 'Ana' });
  using operator = await RpcClient.open(stack.textPort);
  const key = (await readFile(join(stack.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await operator.call('session.authenticate', { key });
  await operator.call('users.setRole', { user: admin.id, role: 'admin' });
  stack.stub.configure({ tokens: 5, tokensPerSecond: 0 });
  using client = await connectAs(server, ana);
  await client.call('chat.send', { text: 'where is the lighthouse?' });
  await client.call('keys.create', { name: 'a program' });
});

after(async () => {
  await browser.close();
  await stack.stop();
});

async function asAdmin(
  run: (driver: PageDriver) => Promise<void>,
  options: BrowserOptions = {},
): Promise<void> {
  const person = await browser.another(options);
  try {
    const driver = await person.newPage(stack.url);
    const { page } = driver;
    await page.goto(`${stack.url}app/sign-in?next=account`);
    await page.locator('input[type="email"]').fill(ADMIN);
    await page.locator('input[type="password"]').fill(PASSWORD);
    await page.locator('button[type="submit"]').click();
    await page.waitForURL('**/app/account');
    await page.locator('a[href$="app/admin"]').click();
    await page.locator('.admin-rows li').first().waitFor();
    await run(driver);
    assert.deepEqual(driver.faults, []);
  } finally {
    await person.leave();
  }
}

void it('finds a user and changes what the user may do, at once', { timeout: TEST_MS }, async () => {
  using client = await connectAs({ port: stack.textPort }, ana);
  await asAdmin(async ({ page }) => {
    await page.getByLabel('E-mail or name').fill('ANA@');
    const row = page.locator('.admin-rows > li').filter({ hasText: 'ana@example.org' });
    await page
      .locator('.admin-rows > li')
      .filter({ hasText: 'root@example.org' })
      .waitFor({ state: 'detached' });
    await row.getByRole('button', { name: /^ana@example.org/ }).click();
    await row.getByLabel('Credits to give').fill('12');
    await row.getByRole('button', { name: 'Give credits' }).click();
    await row.getByText(/ana@example.org now has [\d,.]+ credits/).waitFor();
    await row.getByRole('button', { name: 'Link for a new password' }).click();
    await row.getByText(`${stack.url}app/reset#`).waitFor();
    const ended = client.notification('session.signedOut');
    await row.getByRole('button', { name: 'Deactivate' }).click();
    await row.getByText('not active').waitFor();
    await ended;
    await row.getByRole('button', { name: 'Activate' }).click();
    await row.getByRole('button', { name: 'Deactivate' }).waitFor();
    await row.getByRole('button', { name: 'Conversations' }).click();
    await page.waitForURL('**/app/admin/conversations');
    await page.getByRole('button', { name: /^Read: / }).click();
    await page.getByText('where is the lighthouse?').last().waitFor();
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.locator('.admin-rows li', { hasText: 'read a conversation of ana@example.org' }).waitFor();
    await page
      .locator('.admin-rows li', { hasText: 'activated or deactivated ana@example.org' })
      .first()
      .waitFor();
  });
});

void it('makes an invitation that works, and withdraws it', { timeout: TEST_MS }, async () => {
  await asAdmin(async ({ page }) => {
    await page.getByRole('link', { name: 'Invitations' }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const address = (await page.locator('.admin-address').textContent()) ?? '';
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/invite\/[\w-]+$/);
    const input = { inviteToken: address.split('/').at(-1) };
    using visitor = await RpcClient.open(stack.textPort);
    assert.equal((await visitor.call('invitations.read', input))['role'], 'user');
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('No invitations.').waitFor();
    const { error } = await visitor.response(visitor.send('invitations.read', input));
    assert.equal(error?.data['reason'], 'invitation_failed');
  });
});

for (const [name, options] of Object.entries({
  'desktop-light': { width: 1440, height: 900 },
  'desktop-dark': { width: 1440, height: 900, theme: 'dark', locale: 'es' },
  'phone-light': { width: 360, height: 740, touch: true },
  'phone-dark': { width: 360, height: 740, theme: 'dark', touch: true },
} satisfies Record<string, BrowserOptions>)) {
  void it(`each part is whole and can be read by everybody: ${name}`, { timeout: TEST_MS }, async () => {
    await asAdmin(async ({ page }) => {
      for (const part of PARTS) {
        await page.goto(`${stack.url}app/admin/${part}`);
        await page.locator('.admin-kinds [aria-current="page"]').waitFor();
        await page.locator('.admin-sheet > :is(ul, dl, form)').first().waitFor();
        assert.deepEqual(await axeFaults(page), [], part);
        assert.deepEqual(await contrastFaults(page), [], part);
        const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        assert.ok(Number(wide) <= 0, `${part}: ${String(wide)} px too wide`);
        if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}-${part}.png`) });
      }
    }, options);
  });
}

void it('is for administrators only', { timeout: TEST_MS }, async () => {
  const person = await browser.another({});
  try {
    const { page } = await person.newPage(stack.url);
    await page.goto(`${stack.url}app/admin/users`);
    await page.getByText('These pages are for administrators.').waitFor();
    assert.equal(await page.locator('.admin-kinds').count(), 0);
  } finally {
    await person.leave();
  }
});

void it('shows its parts in Firefox, too', { timeout: TEST_MS }, async () => {
  let firefox: Browser | undefined;
  try {
    firefox = await launchFirefox();
    const driver = await FirefoxDriver.open(firefox, stack.url);
    const { page } = driver;
    await page.goto(`${stack.url}app/sign-in?next=account`);
    await page.locator('input[type="email"]').fill(ADMIN);
    await page.locator('input[type="password"]').fill(PASSWORD);
    await page.locator('button[type="submit"]').click();
    await page.locator('a[href$="app/admin"]').click();
    for (const part of PARTS) {
      await page.locator(`.admin-kinds a[href$="app/admin/${part}"]`).click();
      await page.waitForSelector('.admin-sheet > :is(ul, dl, form)');
    }
    await page.waitForSelector('.admin-rows li');
    assert.deepEqual(await driver.faults(), []);
    await driver.close();
  } finally {
    await firefox?.close();
  }
});
