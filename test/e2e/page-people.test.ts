/** Signing in and the account, in the page, against the processes as they run in earnest. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { RpcClient } from '../support/rpc-client.ts';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { axeFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const TEST_MS = 120_000;
const PASSWORD = 'a long sentence to remember';
/** Markup in a name is text. */
const NAME = '<img src=x onerror="window.hurt=1">Ana';

let stack: RealStack;
let browser: PageBrowser;
let people = 0;

before(async () => {
  [stack, browser] = await startTogether(RealStack.start(), PageBrowser.launch());
});
after(async () => {
  await browser.close();
  await stack.stop();
});

/** Each test is another person with an e-mail address of their own. */
function test(
  name: string,
  run: (driver: PageDriver, email: string) => Promise<void>,
  options: BrowserOptions = {},
): void {
  void it(name, { timeout: TEST_MS }, async () => {
    stack.stub.configure({ tokens: 12, tokensPerSecond: 0 });
    const person = await browser.another(options);
    try {
      const driver = await person.open(stack.url);
      await driver.connected();
      await run(driver, `person${(people += 1)}@hilo.test`);
    } finally {
      await person.leave();
    }
  });
}

async function register({ page }: PageDriver, email: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Create one' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Name (optional)').fill(NAME);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('link', { name: 'Account:' }).waitFor();
}

async function signIn({ page }: PageDriver, email: string, password: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('keeps what a guest said when the guest registers, over a reload too', async (driver, email) => {
  await driver.ask('said as a guest');
  await register(driver, email);
  await driver.page.locator('.bubble', { hasText: 'said as a guest' }).waitFor();
  await driver.ask('said as a user');
  await driver.reload();
  await driver.page.getByRole('link', { name: 'Account:' }).waitFor();
  await driver.page.locator('.bubble', { hasText: 'said as a user' }).waitFor();
  assert.equal(await driver.page.evaluate('window.hurt'), undefined);
  assert.deepEqual(driver.faults, []);
});

test('says when an allowance is used up, and the notice can be closed', async (driver, email) => {
  const { page } = driver;
  await register(driver, email);
  using operator = await RpcClient.open(stack.textPort);
  const key = (await readFile(join(stack.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await operator.call('session.authenticate', { key });
  await operator.call('allowances.set', { account: email, credits: 10, period: 'month' });
  await driver.ask('what costs more than ten credits');
  const notice = page.locator('.limit-notice');
  await notice.getByText(/^100 % of the allowance is used: 10 of 10 credits until .+\.$/).waitFor();
  assert.deepEqual(await axeFaults(page), []);
  await notice.getByRole('button', { name: 'Close this notice' }).click();
  assert.equal(await notice.count(), 0);
  assert.equal(await page.evaluate('document.activeElement?.id'), 'composer');
  assert.deepEqual(driver.faults, []);
});

test('keeps no token where a script could read it', async (driver, email) => {
  await register(driver, email);
  const kept = await driver.page.evaluate<string>(
    'document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)',
  );
  const cookies = await driver.page.context().cookies(`${stack.url}auth/refresh`);
  const refresh = cookies.find(({ name }) => name === 'hilo_refresh');
  assert.ok(refresh?.httpOnly && refresh.sameSite === 'Strict');
  assert.ok(!kept.includes(refresh.value));
  assert.doesNotMatch(kept, /eyJ/);
});

test('shows the account: a key once, the logins, a new password; and signs out', async (driver, email) => {
  const { page } = driver;
  await register(driver, email);
  await page.getByRole('link', { name: 'Account:' }).click();
  await page.getByText(email).waitFor();
  await page.getByLabel('Name of the new key').fill('my editor');
  await page.getByRole('button', { name: 'Create key' }).click();
  const key = await page.locator('.secret').textContent();
  assert.match(key ?? '', /^hilo_/);
  await page.getByRole('button', { name: 'Revoke the key my editor' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Revoke the key my editor' }).click();
  await page.getByText('You have no keys.').waitFor();
  assert.equal(await page.locator('.secret').count(), 0);
  await page.getByText('this device').waitFor();
  await page.getByText('Free credits for a new account').waitFor();
  await page.getByLabel('Current password').fill('not this one');
  await page.getByLabel('New password').fill('another long sentence');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page
    .getByRole('alert')
    .filter({ hasText: /password/i })
    .waitFor();
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Your password has changed.').first().waitFor();
  // The guest who has just registered has left nothing to take over.
  assert.equal(await page.getByRole('button', { name: 'Take over' }).count(), 0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await signIn(driver, email, PASSWORD);
  await page.getByRole('alert').locator('.fault').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('another long sentence');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Account:' }).waitFor();
});

test('leaves nothing of a user behind for the next one at the same browser', async (driver, email) => {
  await register(driver, email);
  await driver.ask('for my eyes only');
  await driver.page.getByRole('link', { name: 'Account:' }).click();
  await driver.page.getByRole('button', { name: 'Sign out' }).click();
  await driver.page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  await driver.connected();
  const kept = await driver.page.evaluate<string>(
    'document.body.textContent + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)',
  );
  assert.doesNotMatch(kept, /for my eyes only/);
});

test('has the same conversation on another device, and ends its login from there', async (driver, email) => {
  await register(driver, email);
  await driver.ask('on the first device');
  const other = await browser.another();
  try {
    const second = await other.open(stack.url);
    await second.connected();
    await signIn(second, email, PASSWORD);
    await second.page.locator('.bubble', { hasText: 'on the first device' }).waitFor();
    await driver.page.getByRole('link', { name: 'Account:' }).click();
    await driver.page.getByRole('button', { name: 'End all others' }).click();
    await second.page.getByRole('link', { name: 'Sign in' }).waitFor();
  } finally {
    await other.leave();
  }
});

test('follows another window of the browser that signs out', async (driver, email) => {
  await register(driver, email);
  const second = await driver.page.context().newPage();
  await second.goto(`${stack.url}app/account`);
  await second.getByText(email).waitFor();
  await second.getByRole('button', { name: 'Sign out' }).click();
  await driver.page.getByRole('link', { name: 'Sign in' }).waitFor();
});

for (const options of [{ theme: 'light' }, { theme: 'dark' }, { width: 360, height: 640 }] as const) {
  test(
    `has no fault that axe finds, and fits: ${JSON.stringify(options)}`,
    async (driver, email) => {
      const { page } = driver;
      for (const place of ['sign-in', 'register', 'reset', 'account']) {
        await page.goto(`${stack.url}app/${place}`);
        await page.locator('.sheet h2').waitFor();
        assert.deepEqual(await axeFaults(page), [], place);
        assert.equal(await driver.overflow(), 0, place);
      }
      await page.goto(stack.url);
      await register(driver, email);
      await page.getByRole('link', { name: 'Account:' }).click();
      await page.getByText('this device').waitFor();
      assert.deepEqual(await axeFaults(page), []);
      assert.equal(await driver.overflow(), 0);
      assert.deepEqual(
        await driver.smallTargets().then((all) => all.filter((one) => !/checkbox/.test(one))),
        [],
      );
      const folder = process.env['SCREENSHOTS'];
      const look = JSON.stringify(options).replaceAll(/\W+/g, '-');
      if (folder !== undefined)
        await page.screenshot({ path: `${folder}/account${look}.png`, fullPage: true });
    },
    options,
  );
}
