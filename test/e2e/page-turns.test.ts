/** Versions of messages, and turns that come from elsewhere, on the page and against real processes. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { LineClient } from '../support/line-client.ts';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { axeFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const TEST_MS = 120_000;
const FAST = { tokens: 12, tokensPerSecond: 0, firstTokenMs: 0 };
const SLOW = { ...FAST, tokens: 400, tokensPerSecond: 20 };
const PASSWORD = 'a long sentence to remember';
const MARKUP = '<img src=x onerror="window.hurt=1"> & more';

let stack: RealStack;
let browser: PageBrowser;
let people = 0;

before(async () => {
  [stack, browser] = await startTogether(
    RealStack.start({
      RATE_MAX_MESSAGES: '1000',
      RATE_MAX_MESSAGES_USER: '1000',
      ANONYMOUS_CREDITS: '100000',
    }),
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

function test(name: string, run: (given: Person) => Promise<void>, options: BrowserOptions = {}): void {
  void it(name, { timeout: TEST_MS }, async () => {
    stack.stub.configure(FAST);
    const person = await browser.another(options);
    try {
      const driver = await person.open(stack.url);
      await driver.connected();
      await run({ driver, person });
      assert.deepEqual(driver.faults, []);
      assert.equal(await driver.page.evaluate('window.hurt'), undefined);
    } finally {
      await person.leave();
    }
  });
}

const messages = (driver: PageDriver) => driver.page.locator('.turn .bubble').allTextContents();
const focused = (driver: PageDriver) =>
  driver.page.evaluate<string>(`document.activeElement.ariaLabel ?? document.activeElement.tagName`);

/** Axe, small targets and sideways scroll. */
async function assertSound(driver: PageDriver): Promise<void> {
  assert.deepEqual(await axeFaults(driver.page), []);
  assert.deepEqual(await driver.smallTargets(), []);
  assert.ok((await driver.overflow()) <= 0);
}

test('a message gets other words, in place and with the keys alone, and both versions stay', async ({
  driver,
}) => {
  await driver.ask('first');
  await driver.ask('second');
  await driver.ask('third');
  await driver.composer.press('ArrowUp');
  assert.equal(await focused(driver), 'Other words for your message');
  await driver.page.keyboard.press('Escape');
  assert.equal(await focused(driver), 'Edit message');
  await driver.page.getByRole('button', { name: 'Edit message' }).nth(1).click();
  await driver.page.keyboard.type(` ${MARKUP}`);
  await assertSound(driver);
  await driver.page.keyboard.press('Enter');
  assert.equal(await focused(driver), 'Your message');
  await driver.answered('echo: second <img');
  await driver.phase('done');
  assert.deepEqual(await messages(driver), ['first', `second ${MARKUP}`]);
  await driver.page.getByRole('group', { name: 'Version of the message: 2 of 2' }).waitFor();
  await driver.page.getByRole('button', { name: 'Earlier version' }).click();
  await driver.answered('echo: third');
  assert.deepEqual(await messages(driver), ['first', 'second', 'third']);
  assert.equal(await focused(driver), 'Earlier version');
  await driver.heard('Version of the message: 1 of 2');
  await assertSound(driver);
  await driver.reload();
  await driver.answered('echo: third');
  assert.deepEqual(await messages(driver), ['first', 'second', 'third']);
  // What is said now follows the branch that is shown.
  await driver.ask('fourth');
  assert.deepEqual(await messages(driver), ['first', 'second', 'third', 'fourth']);
});

test('an answer is given again, beside the first one, and each has its receipt', async ({ driver }) => {
  await driver.ask('hello');
  await driver.proof('proved');
  await driver.page.getByRole('button', { name: 'Answer again' }).click();
  await driver.page.getByRole('group', { name: 'Version of the answer: 2 of 2' }).waitFor();
  await driver.proof('proved');
  assert.equal(await focused(driver), 'Your message');
  assert.deepEqual(await messages(driver), ['hello']);
  await driver.page.getByRole('button', { name: 'Earlier version' }).click();
  await driver.page.getByRole('group', { name: 'Version of the answer: 1 of 2' }).waitFor();
  // It was read from the server: what is known of an own answer is known of it.
  await driver.proof('proved');
  assert.equal(await driver.page.locator('.mark-model').textContent(), 'stub');
  await driver.page.locator('.mark-cost').waitFor();
  assert.equal(await driver.turns.count(), 1);
});

test('what is refused or stopped before its first word leaves everything as it was', async ({ driver }) => {
  await driver.ask('one');
  await driver.ask('two');
  stack.stub.configure({ ...FAST, firstTokenMs: 60_000 });
  await driver.page.getByRole('button', { name: 'Edit message' }).first().click();
  await driver.page.keyboard.type(' again');
  await driver.page.keyboard.press('Enter');
  await driver.page.locator('.turn[data-phase="thinking"]').waitFor();
  assert.deepEqual(await messages(driver), ['one again']);
  await driver.page.keyboard.press('Escape');
  await driver.page.getByLabel('Other words for your message').waitFor();
  assert.equal(await driver.page.getByLabel('Other words for your message').inputValue(), 'one again');
  assert.deepEqual(await messages(driver), ['two']);
  await driver.page.keyboard.press('Escape');
  assert.deepEqual(await messages(driver), ['one', 'two']);
});

test('two windows stay in step, and what one has open for other words is kept', async ({
  driver,
  person,
}) => {
  await driver.ask('shared');
  const other = await person.open(driver.page.url());
  await other.answered('echo: shared');
  await other.page.getByRole('button', { name: 'Edit message' }).click();
  await other.page.keyboard.type(' words');
  stack.stub.configure(SLOW);
  await driver.send('streams in both');
  await other.answered('echo: streams');
  await other.page.getByText('From another of your windows or devices').waitFor();
  await other.page.keyboard.press('Enter');
  await other.page.locator('#composer-hint', { hasText: 'Wait for the answer to end' }).waitFor();
  assert.deepEqual(await messages(other), ['streams in both']);
  await other.page.getByRole('button', { name: 'Stop the answer' }).click();
  await driver.page.locator('.mark-stopped').waitFor();
  await other.page.locator('.mark-stopped').waitFor();
  assert.deepEqual([await driver.turns.count(), await other.turns.count()], [2, 2]);
  assert.equal(await other.page.getByLabel('Other words for your message').inputValue(), 'shared words');
  stack.stub.configure(FAST);
  await other.page.getByLabel('Other words for your message').press('Enter');
  await driver.answered('echo: shared words');
  await driver.page.getByRole('group', { name: 'Version of the message: 2 of 2' }).waitFor();
  assert.deepEqual(await messages(driver), ['shared words']);
  assert.deepEqual(await messages(other), ['shared words']);
  assert.deepEqual(other.faults, []);
});

test('what begins in netcat goes on in the page, in step and in mid-stream', async ({ driver, person }) => {
  const email = `turns${(people += 1)}@hilo.test`;
  using netcat = await LineClient.open(stack.textPort);
  netcat.send(`/lang en\n/register ${email}\n${PASSWORD}\n`);
  await netcat.until(email);
  await signIn(driver, email);
  netcat.send('from the terminal\n');
  await netcat.until('-- Usuario');
  await driver.page.locator('.row-link', { hasText: 'from the terminal' }).click();
  await driver.answered('echo: from the terminal');
  stack.stub.configure(SLOW);
  netcat.send(`${MARKUP}\n`);
  await driver.answered('echo: <img');
  await driver.page.locator('.turn[data-phase="streaming"]').waitFor();
  assert.deepEqual(await messages(driver), ['from the terminal', MARKUP]);
  await assertSound(driver);
  const other = await person.open(driver.page.url());
  await other.page.locator('.turn[data-phase="streaming"]').waitFor();
  assert.deepEqual(await messages(other), ['from the terminal', MARKUP]);
  await other.reload();
  await other.page.locator('.turn[data-phase="streaming"]').waitFor();
  await other.page.getByRole('button', { name: 'Stop the answer' }).click();
  await driver.page.locator('.mark-stopped').waitFor();
  await netcat.until('cancelled');
  stack.stub.configure(FAST);
  await driver.ask('and on in the page');
  await netcat.until('and on in the page');
  await other.answered('echo: and on in the page');
  for (const each of [driver, other]) assert.equal(await each.turns.count(), 3);
  assert.deepEqual(other.faults, []);
});

test('a closed conversation says so and opens again; words stay with their conversation', async ({
  driver,
}) => {
  await driver.ask('to be closed');
  const address = driver.page.url();
  await driver.composer.fill('half a thought');
  await driver.page.getByRole('button', { name: 'New conversation' }).click();
  await driver.page.getByText('What would you like to talk about?').waitFor();
  assert.equal(await driver.composer.inputValue(), '');
  await driver.page.goBack();
  await driver.answered('echo: to be closed');
  assert.equal(await driver.composer.inputValue(), 'half a thought');
  const row = driver.page.locator('.row', { hasText: 'to be closed' });
  await row.hover();
  await row.getByRole('button').click();
  await driver.dialog.getByRole('button', { name: 'Archive' }).click();
  await driver.page.getByText('This conversation is archived').waitFor();
  assert.equal(driver.page.url(), address);
  await assertSound(driver);
  await driver.page.getByRole('button', { name: 'Open it again' }).click();
  await driver.until(`document.activeElement.matches('textarea#composer')`);
  assert.equal(await driver.composer.inputValue(), 'half a thought');
});

test('what was found is shown where it was said, on whichever branch', async ({ driver }) => {
  await driver.ask('the heron stands');
  for (const text of ['one', 'two', 'three']) await driver.ask(text);
  await driver.page.getByRole('button', { name: 'Edit message' }).first().click();
  await driver.page.keyboard.type(' still');
  await driver.page.keyboard.press('Enter');
  await driver.answered('echo: the heron stands still');
  await driver.phase('done');
  await driver.page.getByRole('searchbox').fill('three');
  await driver.page.locator('.row-found', { hasText: 'three' }).first().click();
  await driver.page.locator('.turn:focus', { hasText: 'three' }).waitFor();
  assert.deepEqual(await messages(driver), ['the heron stands', 'one', 'two', 'three']);
  assert.doesNotMatch(driver.page.url(), /m=/);
});

test('a quiet line says where the memory of the model begins, in every window', async ({
  driver,
  person,
}) => {
  await driver.ask('the very first');
  for (const name of ['second', 'third', 'fourth']) {
    await driver.send(`${name} ${'some words '.repeat(700)}`);
    await driver.answered(`echo: ${name}`);
    await driver.phase('done');
  }
  const line = '.notice-memory + .turn';
  await driver.page.locator(line).waitFor();
  const first = await driver.page.locator(`${line} .bubble`).textContent();
  assert.match(first ?? '', /^(?:second|third|fourth) /);
  const other = await person.open(driver.page.url());
  await other.page.locator(line).waitFor();
  assert.equal(await other.page.locator(`${line} .bubble`).textContent(), first);
});

test('a duplicated window goes on in the same conversation, with a session of its own', async ({
  driver,
  person,
}) => {
  await driver.ask('before');
  const slot = await driver.page.evaluate<string>(`sessionStorage.getItem('hilo.slot')`);
  // A browser copies what the window has in its session storage.
  const other = await person.newPage(stack.url);
  await other.page.addInitScript(`sessionStorage.getItem('hilo.slot') ??
    sessionStorage.setItem('hilo.slot', ${JSON.stringify(slot)})`);
  await other.goto();
  await other.answered('echo: before');
  await other.connected();
  await other.ask('from the copy');
  await driver.answered('echo: from the copy');
  assert.deepEqual(await messages(driver), ['before', 'from the copy']);
  assert.equal(other.page.url(), driver.page.url());
  assert.deepEqual(other.faults, []);
});

async function signIn({ page }: PageDriver, email: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Account:' }).waitFor();
}
