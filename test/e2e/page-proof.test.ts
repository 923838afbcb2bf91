/** Credits and proofs on the page: what an answer cost, what its receipt proves, what is said otherwise. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { verifyReceipt } from '../../shared/ledger/receipt.ts';
import type { PageDriver } from './page/driver.ts';
import type { FakeServer } from './page/fake-server.ts';
import { openBrowser } from './page/on-page.ts';
import { contrastFaults, structureFaults } from './page/inspect.ts';

const { test, browser } = await openBrowser();

async function ask(driver: PageDriver, server: FakeServer, text: string, reply: string, more = {}) {
  const count = server.exchanges.length + 1;
  await driver.send(text);
  (await server.exchange(count)).reply(reply, more);
  await driver.answered(reply);
  await driver.phase('done');
}

test('shows what an answer cost, what is left, and that its receipt is proved', async ({
  driver,
  server,
}) => {
  await ask(driver, server, 'hello', 'Good morning');
  await driver.lastTurn.getByText('20 credits').waitFor();
  await driver.balance.getByText('980 credits', { exact: true }).waitFor();
  await driver.proof('proved');
  await driver.lastMark.press('Enter');
  await driver.dialog.getByText('are, letter for letter, those recorded in entry 3').waitFor();
  await driver.dialog.getByText('Exactly this was charged for it: 20 credits.').waitFor();
  await driver.dialog.getByText('the first state of the ledger that this browser has kept').waitFor();
  await driver.dialog.getByText('nothing in the ledger can show that it is missing').waitFor();
  await driver.dialog.getByText('Usuario-1:m1').waitFor();
  assert.doesNotMatch((await driver.dialog.textContent()) ?? '', /tamper-proof/i);
  await driver.page.keyboard.press('Escape');
  await driver.dialog.waitFor({ state: 'detached' });
  assert.equal(await driver.page.evaluate('document.activeElement.dataset.proof'), 'proved');
  server.ledger.grow(5);
  await ask(driver, server, 'again', 'Good evening');
  await driver.proof('proved');
  await driver.lastMark.click();
  await driver.dialog.getByText('only grew since this browser kept its state of 4 entries').waitFor();
});

test('proves anew after a reload, and asks the server only what it must', async ({ driver, server }) => {
  for (const word of ['one', 'two', 'three']) await ask(driver, server, word, `${word} it is`);
  await driver.proof('proved');
  const asked = () => server.calls.filter(({ method }) => method === 'ledger.consistency').length;
  await driver.until("document.querySelectorAll('[data-proof=proved]').length === 3");
  const before = asked();
  await driver.reload();
  await driver.until("document.querySelectorAll('[data-proof=proved]').length === 3");
  assert.equal(asked(), before);
});

test('tells the cost of a stopped answer and proves what had arrived', async ({ driver, server }) => {
  await driver.send('a story');
  const exchange = await server.exchange(1);
  exchange.start().delta('Once upon');
  await driver.answered('Once upon');
  await driver.page.keyboard.press('Escape');
  await driver.phase('stopped');
  await driver.lastTurn.getByText('20 credits').waitFor();
  await driver.proof('proved');
  await driver.lastMark.click();
  await driver.dialog.getByText('stopped', { exact: true }).waitFor();
});

test('says so when what is shown is not what was recorded', async ({ driver, server }) => {
  await driver.send('question');
  const exchange = await server.exchange(1);
  exchange.start().delta('The true answer').finish({ text: 'Another answer' });
  await driver.proof('failed');
  await driver.heard('Receipt is wrong');
  await driver.lastMark.click();
  await driver.dialog.getByText('The answer that was recorded is not the one shown here.').waitFor();
  assert.equal(await driver.dialog.getByText('What was proved').count(), 0);
});

test('holds on to the key that it knows until the reader decides', async ({ driver, server }) => {
  await ask(driver, server, 'before', 'known');
  await driver.proof('proved');
  server.ledger.changeKey();
  server.cut();
  await driver.looked('waiting');
  await driver.connected();
  await ask(driver, server, 'after', 'unknown');
  await driver.proof('failed');
  await driver.heard('now signed with another key');
  await driver.page.getByRole('button', { name: 'What this means' }).click();
  await driver.dialog.getByText('page.test/ledger+').waitFor();
  await driver.dialog.getByRole('button', { name: 'Not now' }).click();
  assert.equal(await driver.page.locator('[data-proof="failed"]').count(), 1);
  await driver.page.getByRole('button', { name: 'What this means' }).click();
  await driver.dialog.getByRole('button', { name: 'Trust it as it is now' }).click();
  await driver.until("document.querySelectorAll('[data-proof=proved]').length === 2");
  await driver.page.locator('.banner').waitFor({ state: 'detached' });
});

test('notices a ledger that lost its history', async ({ driver, server }) => {
  await ask(driver, server, 'before', 'kept');
  await driver.proof('proved');
  server.ledger.rewrite(40);
  await ask(driver, server, 'after', 'rewritten');
  await driver.proof('failed');
  await driver.page.locator('.banner').getByText('does not continue the one').waitFor();
});

test('erases an exchange when asked twice, and keeps its proof', async ({ driver, server }) => {
  await ask(driver, server, 'my secret', 'your secret');
  await driver.proof('proved');
  await driver.lastMark.click();
  await driver.dialog.getByRole('button', { name: 'Erase this exchange' }).click();
  await driver.dialog.getByText('cannot be brought back').waitFor();
  await driver.dialog.getByRole('button', { name: 'Keep it' }).click();
  assert.deepEqual(server.ledger.erased, []);
  await driver.dialog.getByRole('button', { name: 'Erase this exchange' }).click();
  await driver.dialog.getByRole('button', { name: 'Erase', exact: true }).click();
  await driver.dialog.getByText('That an exchange took place stays provable').waitFor();
  assert.deepEqual(server.ledger.erased, [3]);
  await driver.page.keyboard.press('Escape');
  await driver.lastTurn.getByText('Erased answer').waitFor();
  await driver.proof('erased');
  await driver.reload();
  await driver.proof('erased');
  const left = `JSON.stringify(localStorage) + document.body.innerText`;
  assert.doesNotMatch(await driver.page.evaluate<string>(left), /secret/);
});

test('does not offer to erase what an earlier session said', async ({ driver, server }) => {
  await ask(driver, server, 'mine', 'yours');
  await driver.proof('proved');
  server.restart();
  await driver.page.locator('.notice').waitFor();
  await driver.connected();
  await driver.lastMark.click();
  await driver.dialog.getByText('belongs to an earlier session').waitFor();
  assert.equal(await driver.dialog.getByRole('button', { name: 'Erase this exchange' }).count(), 0);
});

test('says what is left and what is needed when credits do not suffice', async ({ driver, server }) => {
  server.ledger.price = 930;
  await ask(driver, server, 'dear', 'expensive');
  await driver.heard('Your credits are nearly used up: 70 left');
  await driver.balance.getByText('Only 70 credits').waitFor();
  await driver.send('one more');
  (await server.exchange(2)).fail('insufficient_credits', { values: { balance: 70, need: 1_234 } });
  await driver.page.getByText('Not enough credits: 70 left, about 1,234 needed.').waitFor();
  assert.equal(await driver.composer.inputValue(), 'one more');
  assert.equal(await driver.turns.count(), 1);
  await driver.composer.fill('shorter');
  await driver.page.locator('.composer-notice').waitFor({ state: 'detached' });
});

test('does not pretend to check where the browser cannot', async ({ server }) => {
  const driver = await browser.open(server.url.replace('127.0.0.1', 'page.test'));
  await driver.connected();
  await ask(driver, server, 'hello', 'from afar');
  await driver.proof('unchecked');
  await driver.lastMark.click();
  await driver.dialog.getByText('this page came over plain http').waitFor();
  await driver.dialog.getByText('What the receipt says, without proof').waitFor();
  assert.deepEqual(driver.faults, []);
  await driver.page.close();
});

test('hands out the proof and the texts as files that stand alone', async ({ driver, server }) => {
  await ask(driver, server, 'hello', 'Good morning');
  await driver.proof('proved');
  await driver.lastMark.click();
  const saved = async (button: string) => {
    const download = driver.page.waitForEvent('download');
    await driver.dialog.getByRole('button', { name: button }).click();
    const file = await download;
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
  };
  const proof = await saved('Save proof');
  assert.equal(proof.name, 'hilo-3.tlog-proof');
  const { verifierKey } = server.ledger.answer('ledger.checkpoint', {}, '') as { verifierKey: string };
  assert.ok((await verifyReceipt({ receipt: proof.text, verifierKey })).ok);
  const texts = await saved('Save texts and salts');
  assert.equal(texts.name, 'hilo-3.texts.json');
  const { prompt, answer, answerSalt } = JSON.parse(texts.text) as Record<string, string>;
  assert.deepEqual([prompt, answer, answerSalt?.length], ['hello', 'Good morning', 44]);
  await driver.dialog.getByRole('button', { name: 'Copy trace' }).click();
  await driver.dialog.getByText('Copied').waitFor();
});

test('keeps its head in one row beside a balance on 320 pixels', async ({ server }) => {
  for (const [locale, balance, shown] of [
    ['es', 24_980, /24\.960/],
    ['en', 24_980, /24,960/],
    ['en', 140, /120/],
  ] as const) {
    server.ledger.balance = balance;
    const person = await browser.another({ locale, width: 320, height: 640 });
    const driver = await person.open(server.url);
    await driver.connected();
    const count = server.exchanges.length + 1;
    await driver.send('plan');
    (await server.exchange(count)).reply('here');
    await driver.phase('done');
    await driver.page.locator('.balance', { hasText: shown }).waitFor();
    const [brand, tools] = await Promise.all(
      ['.brand', '.tools'].map((part) => driver.page.locator(part).boundingBox()),
    );
    assert.ok(brand && tools && brand.y >= 0 && tools.y >= 0);
    assert.ok(tools.x >= brand.x + brand.width && tools.y < brand.y + brand.height, `${locale} ${balance}`);
    await person.leave();
  }
});

test('explains in both languages, on a narrow screen, in both themes', async ({ driver, server }) => {
  // On a narrow screen the button of the language is in the drawer.
  await driver.page.getByRole('button', { name: 'Cambiar a español' }).click();
  await driver.page.setViewportSize({ width: 320, height: 640 });
  await ask(driver, server, 'hello', 'Good morning');
  await driver.proof('proved');
  await driver.page.getByRole('button', { name: 'Recibo comprobado. Detalles' }).click();
  await driver.dialog.getByText('Lo que no quedó demostrado').waitFor();
  await driver.dialog.getByRole('button', { name: 'Borrar este intercambio' }).click();
  for (const colorScheme of ['light', 'dark'] as const) {
    await driver.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.ok((await driver.overflow()) <= 0);
    const sideways =
      'document.querySelector("dialog").scrollWidth - document.querySelector("dialog").clientWidth';
    assert.equal(await driver.page.evaluate(sideways), 0);
    assert.deepEqual(await driver.smallTargets(), []);
    assert.deepEqual(await contrastFaults(driver.page), []);
  }
  assert.deepEqual(await structureFaults(driver.page), []);
});

test('proves a receipt of a long ledger in the blink of an eye', async ({ driver, server }, context) => {
  server.ledger.grow(1_000_000);
  const tookMs: number[] = [];
  for (let message = 0; message < 8; message += 1) {
    await ask(driver, server, `message ${message}`, `answer ${message}.`);
    await driver.proof('proved');
    await driver.lastMark.click();
    tookMs.push(
      parseFloat(
        (/[\d.]+/.exec((await driver.dialog.locator('.proof-took').textContent()) ?? '') ?? [''])[0],
      ),
    );
    await driver.page.keyboard.press('Escape');
  }
  const [first = 0, ...rest] = tookMs;
  const sorted = rest.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Infinity;
  context.diagnostic(`A receipt among a million entries: median ${median} ms, first ${first} ms`);
  assert.ok(median < 50);
});
