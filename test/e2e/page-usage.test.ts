/** The page about use, against the processes as they run in earnest. SHOTS=folder keeps pictures of it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { RpcClient } from '../support/rpc-client.ts';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { FirefoxDriver, launchFirefox } from './page/firefox.ts';
import { axeFaults, contrastFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const TEST_MS = 120_000;
const PASSWORD = 'a long sentence to remember';
const DAY_MS = 86_400_000;
const SHOTS = process.env['SHOTS'];
const LONG_MODEL = `a-model-with-a-very-long-name/${'x'.repeat(120)}`;

let stack: RealStack;
let browser: PageBrowser;
let firefox: Browser;

before(async () => {
  const chromium = PageBrowser.launch();
  [stack, firefox] = await startTogether(
    RealStack.start({ RATE_MAX_MESSAGES: '60', SIGNUP_CREDITS_PER_ADDRESS: '1000000' }),
    launchFirefox(),
  );
  browser = await chromium;
  using client = await RpcClient.open(stack.textPort);
  for (const name of ['ana', 'admin']) {
    await client.call('auth.register', { email: `${name}@hilo.test`, password: PASSWORD });
    await client.call('auth.logout');
  }
  await client.call('session.authenticate', { key: await adminKey() });
  await client.call('users.setRole', { user: 'admin@hilo.test', role: 'admin' });
  await recordMonth(client);
});

after(async () => {
  await browser.close();
  await firefox.close();
  await stack.stop();
});

async function adminKey(): Promise<string> {
  return (await readFile(join(stack.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
}

/** Four weeks of several services and models, with some failures and gaps. */
async function recordMonth(client: RpcClient): Promise<void> {
  const services = ['chat', 'summarize', 'image', 'transcription'] as const;
  const models = ['small', 'large', 'draw', LONG_MODEL] as const;
  for (let number = 0; number < 160; number += 1) {
    const at = number % services.length;
    const day = number % 28;
    if (day % 9 === 4) continue;
    await client.call('usage.record', {
      ts: new Date(Date.now() - day * DAY_MS - 60_000).toISOString(),
      userId: 'ana@hilo.test',
      service: services[at],
      model: models[at],
      provider: 'elsewhere',
      requestId: `request ${number}`,
      latencyMs: 200 + ((number * 397) % 4_000),
      status: number % 17 === 0 ? 503 : 'ok',
      tokens: { in: 100 + number, out: 40 },
      cost: { usd: 0.01 * (at + 1) },
    });
  }
}

function test(name: string, run: (driver: PageDriver) => Promise<void>, options: BrowserOptions = {}): void {
  void it(name, { timeout: TEST_MS }, async () => {
    stack.stub.configure({ tokens: 12, tokensPerSecond: 0 });
    const person = await browser.another(options);
    try {
      const driver = await person.open(stack.url);
      await driver.connected();
      await run(driver);
      assert.deepEqual(driver.faults, []);
    } finally {
      await person.leave();
    }
  });
}

async function open({ page }: PageDriver, search = ''): Promise<void> {
  await page.goto(`${stack.url}app/usage${search}`);
  await page.locator('.usage-sheet[aria-busy="false"] .usage-value').first().waitFor();
}

async function signIn({ page }: PageDriver, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(`${name}@hilo.test`);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Account:' }).waitFor();
}

/** The figure with this name. */
function figureBox({ page }: PageDriver, name: string) {
  const box = page.locator('.usage-figures > div', { has: page.getByText(name, { exact: true }) });
  return box.locator('.usage-value');
}

function figure(driver: PageDriver, name: string): Promise<string | null> {
  return figureBox(driver, name).textContent();
}

/** The whole page, however far it scrolls. */
async function look({ page }: PageDriver, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  const height = await page.evaluate<number>("document.querySelector('.usage-sheet').scrollHeight + 120");
  const size = page.viewportSize() ?? { width: 1100, height };
  await page.setViewportSize({ ...size, height });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
  await page.setViewportSize(size);
}

test('without any use it says so; with one request it has one point', async (driver) => {
  const { page } = driver;
  await open(driver);
  await page.getByText('Nothing was used in this period.').waitFor();
  await page.getByText('At the pace of this period they are not used up.').waitFor();
  assert.deepEqual(await axeFaults(page), []);
  await look(driver, 'empty');
  await page.getByRole('link', { name: 'Back to the conversation' }).click();
  await driver.ask('hello');
  await page.getByRole('link', { name: 'Usage' }).click();
  await page.locator('.usage-plot canvas').first().waitFor();
  assert.equal(await figure(driver, 'Requests'), '1');
  assert.equal(await page.locator('.usage-plot canvas').count(), 3);
  await look(driver, 'one-point');
  assert.deepEqual(await axeFaults(page), []);
});

test('a month of use: figures, pictures with tables behind them, and files', async (driver) => {
  const { page } = driver;
  await signIn(driver, 'ana');
  await open(driver);
  assert.equal(await figure(driver, 'Requests'), '143');
  await look(driver, 'month-light');
  await page.getByText('As a table: Requests by service').click();
  const table = page.getByRole('table', { name: 'Requests by service' });
  assert.equal(await table.locator('tbody tr').count(), 30);
  const cells = await table.locator('tbody td').allTextContents();
  assert.equal(
    cells.reduce((sum, cell) => sum + Number(cell), 0),
    143,
  );
  assert.deepEqual([await axeFaults(page), await contrastFaults(page)], [[], []]);
  for (const [button, file] of [
    ['Save as CSV: Requests by service', 'Requests by service.csv'],
    ['Save as picture: Requests by service', 'Requests by service.png'],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    assert.equal(download.suggestedFilename(), file);
    const content = await readFile(await download.path());
    if (file.endsWith('csv')) assert.match(content.toString(), /^When,.*transcription/);
    else assert.deepEqual([...content.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  }
});

test('the address has what is shown, and back leads through it', async (driver) => {
  const { page } = driver;
  await signIn(driver, 'ana');
  await open(driver);
  await page.getByLabel('Period').selectOption('7d');
  await page.waitForURL(/period=7d&bucket=day/);
  await page.getByLabel('By', { exact: true }).selectOption('hour');
  await page.waitForURL(/bucket=hour/);
  await page.reload();
  await page.locator('.usage-sheet[aria-busy="false"] .usage-value').first().waitFor();
  assert.equal(await page.getByLabel('Period').inputValue(), '7d');
  await page.goBack();
  await page.waitForURL(/bucket=day/);
  // The address changes first, and the page a moment later.
  await page.waitForFunction("[...document.querySelectorAll('select')].some(({ value }) => value === 'day')");
  await page.getByLabel('Period').selectOption('365d');
  await page.waitForURL(/period=365d&bucket=day/);
  await figureBox(driver, 'Requests').filter({ hasText: /^143$/ }).waitFor();
});

test('an administrator sees everybody, one person, and the server as it is now', async (driver) => {
  const { page } = driver;
  await signIn(driver, 'admin');
  await open(driver);
  await page.getByLabel('Whose').selectOption('all');
  await page.getByRole('heading', { name: 'Now' }).waitFor();
  await page.locator('.usage-sheet[aria-busy="false"] canvas').first().waitFor();
  assert.ok(Number(await figure(driver, 'Requests')) >= 143);
  assert.deepEqual(await axeFaults(page), []);
  await look(driver, 'everybody');
  await page.getByLabel('Whose').selectOption('one');
  await page.getByLabel('E-mail of the person').fill('nobody@hilo.test');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.locator('.fault').waitFor();
  assert.deepEqual(await axeFaults(page), []);
  await look(driver, 'fault');
  await page.getByLabel('E-mail of the person').fill('ana@hilo.test');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/user=ana/);
  await page.locator('.usage-sheet[aria-busy="false"] canvas').first().waitFor();
  assert.equal(await figure(driver, 'Requests'), '143');
});

for (const [name, options] of [
  ['dark', { theme: 'dark' }],
  ['phone', { width: 360, height: 740, touch: true }],
] as const) {
  test(
    `the page holds on: ${name}`,
    async (driver) => {
      const { page } = driver;
      await signIn(driver, 'ana');
      await open(driver);
      assert.deepEqual([await axeFaults(page), await contrastFaults(page)], [[], []]);
      const isWide =
        "document.querySelector('.usage').scrollWidth > document.querySelector('.usage').clientWidth";
      assert.equal(await page.evaluate(isWide), false);
      await look(driver, name);
    },
    options,
  );
}

void it('the page in Firefox', { timeout: TEST_MS }, async () => {
  stack.stub.configure({ tokens: 12, tokensPerSecond: 0 });
  const driver = await FirefoxDriver.open(firefox, stack.url);
  try {
    await driver.page.goto(`${stack.url}app/usage`);
    await driver.page.waitForSelector('.usage-sheet[aria-busy="false"] .usage-value');
    assert.deepEqual(await driver.faults(), []);
  } finally {
    await driver.close();
  }
});
