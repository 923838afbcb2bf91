/**
 * The page against the processes as they run in earnest. That an answer is proved shows, each time, that its
 * text came whole: the ledger's commitment is to every letter that the server sent.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { REAL, RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const CLI = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
/** Takes longer than the page takes to be loaded anew, also on a busy machine. */
const SLOW = { tokens: 40, tokensPerSecond: 10 };
const TEST_MS = 120_000;
const FAST = { tokens: 12, tokensPerSecond: 0 };

let stack: RealStack;
let browser: PageBrowser;

before(async () => {
  [stack, browser] = await startTogether(RealStack.start(), PageBrowser.launch());
});
after(async () => {
  await browser.close();
  await stack.stop();
});

/** Each test is another person: a fresh browser, so a session, a limit and credits of its own. */
function test(name: string, run: (driver: PageDriver) => Promise<void>, options: BrowserOptions = {}): void {
  void it(name, { timeout: TEST_MS }, async () => {
    stack.stub.configure(FAST);
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

async function verify(...files: string[]): Promise<{ code: number; output: string }> {
  const receipts = files.flatMap((file) => ['--receipt', file]);
  const args = [CLI, 'ledger', 'verify', '--data-dir', stack.dataDir, ...receipts];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return { code: 0, output: stdout };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

test('answers, says what it cost, and proves it; the saved proof verifies the ledger', async (driver) => {
  await driver.ask('hello there');
  await driver.proof('proved');
  const cost = Number(
    /^([\d,]+) credits$/.exec((await driver.lastTurn.locator('.mark-cost').textContent()) ?? '')?.[1],
  );
  assert.ok(cost > 0);
  const left = new Intl.NumberFormat('en').format(REAL.credits - cost);
  await driver.balance.getByText(`${left} credits`, { exact: true }).waitFor();
  await driver.ask('and again');
  await driver.proof('proved');
  await driver.lastMark.click();
  await driver.dialog.getByText('only grew since this browser kept its state').waitFor();
  const download = driver.page.waitForEvent('download');
  await driver.dialog.getByRole('button', { name: 'Save proof' }).click();
  const { code, output } = await verify(await (await download).path());
  assert.equal(code, 0, output);
});

test('stops; what had arrived is charged and proved', async (driver) => {
  stack.stub.configure(SLOW);
  await driver.send('a long story');
  await driver.answered('echo: a long story');
  await driver.button.click();
  await driver.phase('stopped');
  await driver.proof('proved');
  await driver.lastTurn.locator('.mark-cost').waitFor();
  assert.ok((await driver.answerText()).split(' ').length < SLOW.tokens);
});

test('goes on after a reload in mid-stream, without gap or repetition', async (driver) => {
  stack.stub.configure(SLOW);
  await driver.send('count for me');
  await driver.answered('echo: count');
  await driver.reload();
  await driver.phase('streaming');
  await driver.phase('done');
  await driver.proof('proved');
  assert.equal((await driver.answerText()).split(' ').length, SLOW.tokens);
  assert.equal(await driver.turns.count(), 1);
});

test('goes on after the server was killed; trying again works, and old proofs hold', async (driver) => {
  await driver.ask('settled');
  await driver.proof('proved');
  stack.stub.configure(SLOW);
  await driver.send('cut off');
  await driver.answered('echo: cut');
  await stack.killServer();
  await driver.look('waiting');
  await stack.startServer();
  await goOn(driver);
  await driver.phase('lost');
  assert.equal(await driver.page.locator('.notice').count(), 0, 'nothing was forgotten');
  stack.stub.configure(FAST);
  await driver.retry.click();
  await driver.phase('done');
  await driver.proof('proved');
  await driver.reload();
  await driver.until("document.querySelectorAll('[data-proof=proved]').length === 2");
  assert.equal(await driver.page.locator('.banner').count(), 0);
});

test('shows the conversation in a browser that has only the token, and after a restart', async (driver) => {
  await driver.ask('remember me');
  await keepOnlyToken(driver);
  await driver.goto();
  await driver.answered('echo: remember me');
  assert.equal(await driver.turns.count(), 1);
  await stack.killServer();
  await driver.look('waiting');
  await stack.startServer();
  await goOn(driver);
  await driver.ask('and once more');
  assert.equal(await driver.turns.count(), 2);
  await driver.reload();
  await driver.connected();
  assert.equal(await driver.turns.count(), 2);
  await keepOnlyToken(driver);
  await driver.goto();
  await driver.answered('echo: and once more');
  assert.equal(await driver.turns.count(), 2);
  await driver.page.getByRole('button', { name: 'New conversation' }).click();
  await driver.page.getByText('What would you like to talk about?').waitFor();
  await driver.ask('anew');
  assert.equal(await driver.turns.count(), 1);
  await keepOnlyToken(driver);
  await driver.goto();
  await driver.answered('echo: anew');
  assert.equal(await driver.turns.count(), 1);
});

void it('keeps two windows of a person in two conversations', { timeout: TEST_MS }, async () => {
  stack.stub.configure(FAST);
  const person = await browser.another();
  const [one, two] = [await person.open(stack.url), await person.open(stack.url)];
  await Promise.all([one.connected(), two.connected()]);
  await one.ask('in the first');
  await two.ask('in the second');
  await Promise.all([one.reload(), two.reload()]);
  await Promise.all([one.connected(), two.connected()]);
  assert.deepEqual([await one.turns.count(), await two.turns.count()], [1, 1]);
  await person.leave();
});

/** However long the page would have waited by itself. */
async function goOn(driver: PageDriver): Promise<void> {
  await driver.until(
    `document.querySelector('.banner button')?.click() || document.querySelector('.status[data-look=ready]')`,
  );
  await driver.connected();
}

/** As another profile of the browser, into which the visitor has copied the token. */
async function keepOnlyToken(driver: PageDriver): Promise<void> {
  // A document of the same origin without the page's script, which keeps what it knows when it is left.
  const blank = `${stack.url}blank`;
  const body = '<!doctype html><link rel="icon" href="data:,">';
  await driver.page.route(blank, (route) => route.fulfill({ contentType: 'text/html', body }));
  await driver.page.goto(blank);
  await driver.page.evaluate(`(() => {
    const token = localStorage.getItem('hilo.guest');
    localStorage.clear();
    sessionStorage.clear();
    localStorage.setItem('hilo.guest', token);
  })()`);
}

test('counts down when limited and lets the kept draft go afterwards', async (driver) => {
  for (let message = 1; message <= REAL.messagesMax; message += 1) await driver.ask(`message ${message}`);
  await driver.send('one too many');
  const notice = driver.page.locator('.composer-notice');
  await notice.getByText('You can write again in').waitFor();
  assert.equal(await driver.composer.inputValue(), 'one too many');
  await notice.waitFor({ state: 'detached' });
  await driver.composer.press('Enter');
  await driver.answered('echo: one too many');
});

test('speaks Spanish at once and after a reload', async (driver) => {
  await driver.page.getByRole('button', { name: 'Cambiar a español' }).click();
  await driver.status.getByText('En línea').waitFor();
  await driver.ask('hola');
  await driver.lastTurn.getByText('Recibo comprobado').waitFor();
  await driver.reload();
  await driver.page.getByPlaceholder('Escribe un mensaje').waitFor();
  await driver.lastTurn.getByText('Recibo comprobado').waitFor();
  assert.equal(await driver.page.evaluate('document.documentElement.lang'), 'es');
});

test('can be used from writing to erasing with the keyboard alone', async (driver) => {
  const { keyboard } = driver.page;
  await keyboard.type('only keys');
  await keyboard.press('Enter');
  await driver.phase('done');
  await driver.proof('proved');
  // Past the button for files.
  await keyboard.press('Shift+Tab');
  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await driver.dialog.getByText('What was proved').waitFor();
  const tabTo = async (name: string) => {
    const focused = () => driver.page.evaluate<string>('document.activeElement.textContent.trim()');
    for (let step = 0; step < 12 && (await focused()) !== name; step += 1) await keyboard.press('Tab');
    assert.equal(await focused(), name);
    await keyboard.press('Enter');
  };
  await tabTo('Erase this exchange');
  await tabTo('Erase');
  await driver.dialog.getByText('That an exchange took place stays provable').waitFor();
  await keyboard.press('Escape');
  await driver.proof('erased');
  // The title in the list changes with a notice of its own, which may come after the answer.
  await driver.page.waitForFunction("!document.body.innerText.includes('only keys')");
  const { code, output } = await verify();
  assert.equal(code, 2, output);
});

test(
  'fits a phone',
  async (driver) => {
    await driver.composer.fill('from a phone');
    await driver.button.tap();
    await driver.answered('echo: from a phone');
    await driver.proof('proved');
    await driver.balance.waitFor();
    assert.ok((await driver.overflow()) <= 0);
    assert.deepEqual(await driver.smallTargets(), []);
    await driver.lastMark.tap();
    await driver.dialog.getByText('What was not proved').waitFor();
    assert.deepEqual(await driver.smallTargets(), []);
    await driver.dialog.getByRole('button', { name: 'Close' }).tap();
  },
  { width: 360, height: 740, touch: true },
);

test('says what is left and what is needed when credits run out', async (driver) => {
  const long = 'thread '.repeat(900);
  await driver.ask(`${long}one`);
  await driver.send(`${long}two`);
  await driver.page.getByText(/Not enough credits: [\d,]+ left, about [\d,]+ needed/).waitFor();
  assert.ok((await driver.composer.inputValue()).endsWith('two'));
});
