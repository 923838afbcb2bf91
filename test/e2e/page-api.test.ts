/** The page for programs, against the processes as they run in earnest. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, it } from 'node:test';
import { promisify } from 'node:util';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { axeFaults, contrastFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const TEST_MS = 60_000;
const PASSWORD = 'a long sentence to remember';

/** What the browser itself says of a request that is tried without a key. */
const REFUSED = /status of 401/;

let stack: RealStack;
let browser: PageBrowser;
let people = 0;

before(async () => {
  [stack, browser] = await startTogether(RealStack.start({ RATE_MAX_MESSAGES: '60' }), PageBrowser.launch());
});
after(async () => {
  await browser.close();
  await stack.stop();
});

/** Each test is another person with an account, who opens the page at its address. */
function test(name: string, run: (driver: PageDriver) => Promise<void>, options: BrowserOptions = {}): void {
  void it(name, { timeout: TEST_MS }, async () => {
    stack.stub.configure({ tokens: 12, tokensPerSecond: 0 });
    const person = await browser.another(options);
    try {
      const driver = await person.newPage(stack.url);
      await signedIn(driver);
      await run(driver);
      assert.deepEqual(
        driver.faults.filter((fault) => !REFUSED.test(fault)),
        [],
      );
    } finally {
      await person.leave();
    }
  });
}

async function signedIn({ page }: PageDriver): Promise<void> {
  await page.goto(`${stack.url}app/register`);
  await page.locator('input[type="email"]').fill(`program${(people += 1)}@hilo.test`);
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.locator('button[type="submit"]').click();
  await page.locator('#composer').waitFor();
  await page.goto(`${stack.url}app/api`);
  await page.locator('.api-operation').first().waitFor();
}

async function makeKey({ page }: PageDriver): Promise<string> {
  await page.getByRole('button', { name: 'Create a key' }).click();
  const key = await page.locator('.api-made code').textContent();
  assert.match(key ?? '', /^hilo_/);
  return key ?? '';
}

/** Opens an operation, found by a search. */
async function open({ page }: PageDriver, words: string, path: string) {
  await page.getByLabel('Search operations').fill(words);
  const operation = page.locator('.api-operation').filter({ has: page.getByText(path, { exact: true }) });
  await operation.locator('summary').click();
  await operation.getByRole('heading', { name: 'Try it' }).waitFor();
  return operation;
}

test('a key is made, and the copied curl runs as it is', async (driver) => {
  const { page } = driver;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const key = await makeKey(driver);
  await page.getByRole('tabpanel').getByRole('button', { name: 'Copy: Terminal' }).click();
  await driver.heard('Copied');
  const command = await page.evaluate<string>('navigator.clipboard.readText()');
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { timeout: 20_000 });
  const { choices } = JSON.parse(stdout) as { choices: { message: { content: string } }[] };
  assert.match(choices[0]?.message.content ?? '', /echo: Hello/);
  await page.getByRole('tab', { name: 'curl' }).press('ArrowLeft');
  await page.getByRole('tabpanel').getByText(`${stack.url}k/${key}`, { exact: true }).waitFor();
  const kept = await page.evaluate<string>(
    'document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)',
  );
  assert.ok(!kept.includes(key));
  await page.getByRole('button', { name: 'Use another key' }).press('Enter');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Your key');
  await page.reload();
  await page.locator('.api-operation').first().waitFor();
  assert.ok(!(await page.content()).includes(key));
});

test('an operation is tried as who is signed in, and as nobody', async (driver) => {
  const { page } = driver;
  const create = await open(driver, 'post conversations', '/conversations');
  await create.getByLabel('Body (JSON)').fill('{"title": "<b>made here</b>"}');
  await create.getByRole('button', { name: 'Send' }).click();
  await create.getByText('Status 201').waitFor();
  await create.getByText('"title": "<b>made here</b>"').waitFor();
  await create.getByText('x-request-id').waitFor();
  await create.getByLabel('Send as').selectOption('nobody');
  await create.getByRole('button', { name: 'Send' }).click();
  await create.getByText('Status 401').waitFor();
  await create.getByLabel('Body (JSON)').fill('{title}');
  await create.getByRole('button', { name: 'Send' }).click();
  await create.getByText('The body is not JSON').waitFor();
  const list = await open(driver, 'get conversations list', '/conversations');
  await list.getByLabel('limit').fill('1');
  await list.getByRole('button', { name: 'Send' }).click();
  await list.getByText('"title": "<b>made here</b>"').waitFor();
  assert.equal(await page.locator('.api b').count(), 0);
});

test('what cannot be undone is asked about first', async (driver) => {
  const { page } = driver;
  const erase = await open(driver, 'delete conversations erase', '/conversations');
  await erase.getByRole('button', { name: 'Send' }).click();
  await driver.dialog.getByRole('button', { name: 'Cancel' }).click();
  await driver.dialog.waitFor({ state: 'detached' });
  assert.equal(await page.locator('.api-answer').count(), 0);
  await erase.getByRole('button', { name: 'Send' }).click();
  await driver.dialog.getByRole('button', { name: 'Send it' }).click();
  await erase.getByText('Status 204').waitFor();
});

test('a stream is shown as it comes, and can be stopped', async (driver) => {
  stack.stub.configure({ tokens: 4_000, tokensPerSecond: 20 });
  await makeKey(driver);
  const chat = await open(driver, 'openai chat completions', '/v1/chat/completions');
  const aborted = stack.stub.nextAbort();
  await chat.getByRole('button', { name: 'Send' }).click();
  await chat.getByText('chat.completion.chunk').first().waitFor();
  await chat.locator('.api-answer[data-state="arriving"]').waitFor();
  await chat.getByRole('button', { name: 'Stop' }).click();
  await chat.getByText('Stopped').waitFor();
  assert.equal(await driver.page.evaluate('document.activeElement.textContent'), 'Send');
  // The model has heard of it as well.
  await aborted;
});

const LOOKS: readonly BrowserOptions[] = [
  { width: 1200, theme: 'light' },
  { width: 1200, theme: 'dark', locale: 'es' },
  { width: 360, height: 640, touch: true },
];

for (const look of LOOKS) {
  test(
    `nothing is wrong with it: ${JSON.stringify(look)}`,
    async (driver) => {
      const { page } = driver;
      await page.locator('.api-operation summary').first().click();
      await page.locator('.api-try button[type="submit"]').click();
      await page.locator('.api-answer[data-state="done"]').waitFor();
      assert.deepEqual(await axeFaults(page), []);
      assert.deepEqual(await contrastFaults(page), []);
      assert.deepEqual(await driver.smallTargets(), []);
      assert.equal(await driver.overflow(), 0);
      const wide = await page.evaluate(`[...document.querySelectorAll('.api, .api-sheet, .api-card')]
      .filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.className)`);
      assert.deepEqual(wide, []);
    },
    look,
  );
}

/** A guest is told how to get a key, from the page of the account on. */
void it('a guest makes an account for a key, and comes back to create it', { timeout: TEST_MS }, async () => {
  const person = await browser.another();
  try {
    const { page } = await person.newPage(stack.url);
    await page.goto(`${stack.url}app/api`);
    await page.getByText('Keys belong to an account').waitFor();
    await page.locator('.api').getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Create one' }).click();
    await page.locator('input[type="email"]').fill(`program${(people += 1)}@hilo.test`);
    await page.locator('input[type="password"]').fill(PASSWORD);
    await page.locator('button[type="submit"]').click();
    await page.getByRole('button', { name: 'Create a key' }).waitFor();
    assert.equal(page.url(), `${stack.url}app/api`);
  } finally {
    await person.leave();
  }
});

void it('a guest comes to it from the account and pastes a key', { timeout: TEST_MS }, async () => {
  const person = await browser.another();
  try {
    const driver = await person.newPage(stack.url);
    const { page } = driver;
    await page.goto(`${stack.url}app/account`);
    await page.getByRole('link', { name: 'Addresses, examples and all operations' }).click();
    await page.getByText('Keys belong to an account').waitFor();
    await page.getByLabel('Or paste a key that you have').fill("it's none");
    await page.getByText('That cannot be a key').waitFor();
    await page.getByLabel('Or paste a key that you have').fill('hilo_none');
    await page.getByRole('tabpanel').getByText('Bearer hilo_none').waitFor();
    const models = await open(driver, 'openai list models', '/v1/models');
    await models.getByRole('button', { name: 'Send' }).click();
    await models.getByText('Status 401').waitFor();
    assert.deepEqual(
      driver.faults.filter((fault) => !fault.includes('401')),
      [],
    );
  } finally {
    await person.leave();
  }
});
