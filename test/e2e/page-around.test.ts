/** The page around a conversation: links, the account, who answers; against the processes as in earnest. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { axeFaults, contrastFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const TEST_MS = 120_000;
const FAST = { tokens: 12, tokensPerSecond: 0 };
const PASSWORD = 'a long sentence to remember';
/** What must stay text wherever it is shown. */
const HOSTILE = '<img src=x onerror="window.hurt=1"> \u202Egnp.exe [go](javascript:window.hurt=2)';

const HOSTILE_NAME = '<img src=x onerror="window.hurt=3"> \u202Egnp.exe';

let stack: RealStack;
let browser: PageBrowser;

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-page-around-'));
  const personas = join(folder, 'personas.json');
  const baker = {
    id: 'baker',
    name: { en: HOSTILE_NAME, es: HOSTILE_NAME },
    instructions: 'Answer like a baker.',
  };
  await writeFile(personas, JSON.stringify({ personas: [baker] }));
  [stack, browser] = await startTogether(
    RealStack.start({
      RATE_MAX_MESSAGES: '1000',
      ANONYMOUS_CREDITS: '100000',
      PERSONAS_FILE: personas,
    }),
    PageBrowser.launch(),
  );
});
after(async () => {
  await browser.close();
  await stack.stop();
  await rm(folder, { recursive: true });
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
  // The label of a checkbox is its target.
  const small = (await driver.smallTargets()).filter((one) => !one.includes('checkbox'));
  assert.deepEqual(small, [], what);
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
    expectFaults(page, /404 \(Not Found/);
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

/** The browser itself reports every answer that refuses. */
function expectFaults(driver: PageDriver, expected: RegExp): void {
  for (const fault of driver.faults.splice(0)) assert.match(fault, expected);
}

let people = 0;

/** Makes an account by the page, and resolves with its e-mail. */
async function register({ page }: PageDriver, name = 'Ana'): Promise<string> {
  const email = `around${(people += 1)}@hilo.test`;
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Create one' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Name (optional)').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('link', { name: 'Account:' }).waitFor();
  return email;
}

async function signIn({ page }: PageDriver, email: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function openAccount({ page }: PageDriver): Promise<void> {
  await page.goto(`${stack.url}app/account`);
  await page.getByRole('heading', { name: 'Take everything with you' }).waitFor();
}

/** The file that the page hands out. */
async function exported({ page }: PageDriver): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a file' }).click();
  return readFile(await (await download).path());
}

async function importFile({ page }: PageDriver, name: string, content: string | Buffer): Promise<void> {
  const file = { name, mimeType: 'application/json', buffer: Buffer.from(content) };
  await page.locator('input[type=file]').setInputFiles(file);
}

test('takes everything along, erases all of it, and brings it back', async ({ driver }) => {
  const { page } = driver;
  // No name turns the direction of writing.
  await register(driver, HOSTILE.replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, ''));
  await driver.ask('about herons');
  await row(driver, 'herons').waitFor();
  await openAccount(driver);
  const file = await exported(driver);
  assert.match(file.toString('utf8'), /about herons/);
  await looksRight(driver, 'the account');
  await page.getByRole('button', { name: 'Erase all conversations…' }).click();
  await driver.dialog.getByText('Nobody can bring it back').waitFor();
  await looksRight(driver, 'the question');
  await driver.dialog.getByRole('button', { name: 'Erase for good' }).click();
  await page.getByText('1 conversation was erased.').waitFor();
  await row(driver, 'herons').waitFor({ state: 'detached' });
  assert.doesNotMatch(await page.evaluate<string>('JSON.stringify(localStorage)'), /herons/);
  await importFile(driver, 'hilo.jsonl', file);
  await page.getByText('1 conversation with 2 messages was imported.').first().waitFor();
  await row(driver, 'herons').click();
  await driver.answered('echo: about herons');
});

test('imports a large file in parts, and names what is left out', async ({ driver }) => {
  const { page } = driver;
  await register(driver);
  await openAccount(driver);
  const said = (text: string) => ({
    author: { role: 'user' },
    content: { content_type: 'text', parts: [text] },
  });
  const chat = (title: string, message: unknown) => ({ title, mapping: { a: { parent: null, message } } });
  const many = Array.from({ length: 24 }, (_, n) => chat(`Chat ${n}`, said('word '.repeat(12_000))));
  const bad = chat('No role', { author: {}, content: {} });
  const big = chat(HOSTILE, said('x'.repeat(1_000_000)));
  await importFile(driver, 'conversations.json', JSON.stringify([...many, bad, big]));
  await page.getByText('24 conversations with 24 messages were imported.').first().waitFor();
  assert.match((await page.locator('.left-out').textContent()) ?? '', /too large.*No role.*author\.role/);
  assert.deepEqual(
    (await page.locator('.row-title').allTextContents()).sort(),
    many.map(({ title }) => title).sort(),
  );
  await looksRight(driver, 'what was left out');
  for (const [content, words] of [
    ['PK\u0003\u0004', 'This is a ZIP file.'],
    ['some words', 'This is no export'],
  ] as const) {
    await importFile(driver, 'other.json', content);
    await page.getByRole('alert').filter({ hasText: words }).waitFor();
  }
  expectFaults(driver, /422 \(Unprocessable/);
});

test('takes over what was said as a guest, and erases the account for good', async ({ driver, person }) => {
  const other = await browser.another();
  const first = await other.open(stack.url);
  await first.connected();
  const email = await register(first);
  await other.leave();
  await driver.ask('said as a guest');
  await row(driver, 'said as a guest').waitFor();
  await signIn(driver, email);
  await driver.page.getByRole('link', { name: 'Account:' }).waitFor();
  await openAccount(driver);
  await driver.page.getByRole('button', { name: 'Take over' }).click();
  await driver.page.getByText('1 conversation is yours now.').first().waitFor();
  await row(driver, 'said as a guest').waitFor();
  await openAccount(driver);
  await driver.page.getByText('this device').waitFor();
  assert.equal(await driver.page.getByRole('button', { name: 'Take over' }).count(), 0);
  await driver.page.getByRole('button', { name: 'Erase the account…' }).click();
  await driver.dialog.getByLabel('Your password').fill('not this one');
  await driver.dialog.getByRole('button', { name: 'Erase the account' }).click();
  await driver.dialog.getByRole('alert').locator('.fault').waitFor();
  await looksRight(driver, 'the question');
  expectFaults(driver, /403 \(Forbidden/);
  await driver.dialog.getByLabel('Your password').fill(PASSWORD);
  await driver.dialog.getByRole('button', { name: 'Erase the account' }).click();
  await driver.page.getByRole('heading', { name: 'Your account is erased' }).waitFor();
  await looksRight(driver, 'afterwards');
  await driver.page.getByRole('link', { name: 'Go on as a guest' }).click();
  const again = await person.newPage(stack.url);
  await again.goto();
  await signIn(again, email);
  await again.page.getByRole('alert').locator('.fault').waitFor();
});

/** A field of the dialog that is open. */
const field = (driver: PageDriver, name: string) => driver.dialog.locator(`[name=${name}]`);
const optionsOf = (driver: PageDriver, name: string) =>
  field(driver, name).locator('option').allTextContents();

test('lets the model, the persona and the instructions be chosen', async ({ driver }) => {
  const { page } = driver;
  await page.getByText('The language model stub answers here').waitFor();
  await page.getByRole('button', { name: 'Who answers: stub' }).click();
  await field(driver, 'route').waitFor();
  assert.deepEqual(await optionsOf(driver, 'route'), ['As usual (stub)', 'stub', 'companion']);
  assert.equal((await optionsOf(driver, 'persona'))[1], HOSTILE_NAME.replaceAll('\u202E', ''));
  await looksRight(driver, 'the choices');
  await field(driver, 'persona').selectOption('baker');
  await field(driver, 'instructions').fill(`Be brief ${HOSTILE}`);
  await driver.dialog.getByRole('button', { name: 'Save' }).click();
  await driver.dialog.waitFor({ state: 'detached' });
  const chosen = page.getByRole('button', { name: /^Who answers: .*gnp\.exe, stub$/ });
  await chosen.waitFor();
  // It is held by the page, also over a reload: nothing is made until something is said.
  await driver.reload();
  await chosen.waitFor();
  assert.equal(page.url(), stack.url);
  await page.getByText('What you talk about here is kept in this list').waitFor();
  await driver.ask('how long does dough rest');
  await row(driver, 'how long does dough rest').waitFor();
  assert.match(page.url(), /\/c\//);
  const told = JSON.stringify(stack.stub.requests.at(-1)?.body);
  assert.match(told, /Answer like a baker.*Be brief/);
  await driver.reload();
  await page.getByRole('button', { name: /^Who answers/ }).click();
  await driver.until(`document.querySelector('dialog[open] textarea')?.value.startsWith('Be brief')`);
  await field(driver, 'instructions').fill('');
  await field(driver, 'route').selectOption('companion');
  await field(driver, 'persona').selectOption('');
  await driver.dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Who answers: Offline companion' }).waitFor();
  await driver.send('hello');
  await driver.phase('done');
  await page.locator('.mark-offline').waitFor();
  assert.equal(await page.evaluate('window.hurt'), undefined);
});

test('keeps nothing of a temporary chat', async ({ driver }) => {
  const { page } = driver;
  await driver.ask('kept');
  await row(driver, 'kept').waitFor();
  await page.getByRole('button', { name: 'Temporary chat' }).click();
  await page.getByText('Temporary: nothing said here is kept.').waitFor();
  await looksRight(driver, 'a temporary chat');
  await driver.ask('between us');
  await driver.ask('and once more');
  assert.equal(page.url(), stack.url);
  assert.deepEqual(await page.locator('.row-title').allTextContents(), ['kept']);
  const kept = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
  assert.doesNotMatch(kept, /between us|once more/);
  await driver.composer.fill('not even sent');
  await row(driver, 'kept').click();
  await driver.answered('echo: kept');
  assert.equal(await page.locator('.temporary-mark').count(), 0);
  assert.doesNotMatch(await page.evaluate<string>('JSON.stringify({ ...localStorage })'), /not even sent/);
  await page.getByRole('button', { name: 'Temporary chat' }).click();
  assert.equal(await driver.composer.inputValue(), '');
  await driver.ask('gone with the page');
  await driver.reload();
  await driver.connected();
  assert.equal(await page.locator('.temporary-mark').count(), 0);
  await driver.ask('kept again');
  await row(driver, 'kept again').waitFor();
  assert.doesNotMatch(await page.evaluate<string>('document.body.textContent'), /gone with the page/);
});
