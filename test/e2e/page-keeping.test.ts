/** What the page keeps, what it says of what it does not keep, and what it deletes. */
import assert from 'node:assert/strict';
import { openBrowser } from './page/on-page.ts';
import { seedConversation } from './page/inspect.ts';
import type { PageDriver } from './page/driver.ts';
import type { FakeServer } from './page/fake-server.ts';

const { test, browser } = await openBrowser();

async function ask(driver: PageDriver, server: FakeServer, text: string, reply: string) {
  const count = server.exchanges.length + 1;
  await driver.send(text);
  (await server.exchange(count)).reply(reply);
  await driver.answered(reply);
  await driver.phase('done');
}

/** By a name that browsers do not take for this machine, so without TLS the page is not secure. */
function insecure(server: FakeServer): string {
  return server.url.replace('127.0.0.1', 'page.test');
}

test('counts what a reload no longer has, and does not say that nothing was lost', async ({ driver }) => {
  await seedConversation(
    driver.page,
    Array.from({ length: 1_020 }, (_, n) => `Answer ${n}`),
  );
  await driver.reload();
  await driver.connected();
  assert.equal(await driver.page.getByText('no longer keeps').count(), 0);
  // The page itself keeps less than was put there.
  await driver.composer.fill('a draft');
  await driver.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await driver.reload();
  await driver.look('resumed');
  await driver.status.getByText('Connected again').waitFor();
  await driver.page
    .getByText('This browser no longer keeps 20 earlier messages and their answers.')
    .waitFor();
});

test('says so when the browser has no room', async ({ driver, server }) => {
  await ask(driver, server, 'before', 'kept');
  await driver.page.evaluate(`(() => {
    let size = 4_000_000;
    for (let n = 0; size > 0; size = Math.floor(size / 2)) {
      try { for (;;) localStorage.setItem('other.' + (n += 1), 'x'.repeat(size)); } catch {}
    }
  })()`);
  await driver.send('after');
  (await server.exchange(2)).reply('an answer '.repeat(400));
  await driver.phase('done');
  await driver.page.getByText('This browser has no room left.').waitFor();
});

test('gives a duplicated window a session of its own without TLS too', async ({ server }) => {
  const first = await browser.open(insecure(server));
  await first.connected();
  await ask(first, server, 'mine', 'yours');
  const slot = await first.page.evaluate<string>("sessionStorage.getItem('hilo.slot')");
  const second = await browser.open(insecure(server));
  await second.page.evaluate(`sessionStorage.setItem('hilo.slot', '${slot}')`);
  await second.reload();
  await second.page.getByText('This window has its own session').waitFor();
  await second.connected();
  await second.page.getByRole('button', { name: 'New conversation' }).click();
  await second.dialog.getByRole('button', { name: 'Start anew' }).click();
  await second.page.getByText('What would you like to talk about?').waitFor();
  await first.reload();
  await first.page.getByText('yours').first().waitFor();
  assert.deepEqual([...first.faults, ...second.faults], []);
  await first.page.close();
  await second.page.close();
});

test('takes up the conversation of a window that crashed, without TLS too', async ({ server }) => {
  const first = await browser.open(insecure(server));
  await first.connected();
  await ask(first, server, 'before the crash', 'still here');
  const crashed = first.page.waitForEvent('crash');
  await first.page.goto('chrome://crash').catch(() => {});
  await crashed;
  const second = await browser.open(insecure(server));
  await second.page.getByText('still here').first().waitFor();
  await second.connected();
  assert.equal(server.calls.at(-1)?.method === 'session.hello', false);
  await second.page.close();
});

test('keeps the indentation of the first line', async ({ driver, server }) => {
  await driver.send('\n    if x:\n        y\n');
  assert.equal((await server.exchange(1)).text, '    if x:\n        y');
});

test('does not promise to send what another window holds back', async ({ driver, server }) => {
  await ask(driver, server, 'mine', 'yours');
  server.closeAll('superseded', 4109);
  await driver.look('ended');
  await driver.send('not from here');
  await driver.lastTurn.getByText('Not sent: this conversation is open in another window').waitFor();
  await driver.page.getByRole('button', { name: 'Go on here' }).click();
  assert.equal((await server.exchange(2)).text, 'not from here');
});

test('erases the text on the server when asked to, and says when it could not', async ({
  driver,
  server,
}) => {
  await ask(driver, server, 'secret one', 'reply one');
  await ask(driver, server, 'secret two', 'reply two');
  await driver.proof('proved');
  await driver.page.getByRole('button', { name: 'New conversation' }).click();
  await driver.dialog.getByText('Its text stays on the server').waitFor();
  await driver.dialog.getByLabel('Also erase its text on the server').check();
  await driver.dialog.getByText('cannot be brought back').waitFor();
  server.refuse();
  await driver.look('waiting');
  await driver.dialog.getByRole('button', { name: 'Erase and start anew' }).click();
  await driver.dialog.getByText('Not erased on the server: 2.').waitFor();
  assert.equal(await driver.turns.count(), 2);
  server.accept();
  await driver.connected();
  await driver.dialog.getByRole('button', { name: 'Erase and start anew' }).click();
  await driver.page.getByText('What would you like to talk about?').waitFor();
  assert.equal(server.ledger.erased.length, 2);
  assert.doesNotMatch(await driver.page.evaluate<string>('JSON.stringify(localStorage)'), /secret|reply/);
  assert.equal(await driver.page.evaluate('document.activeElement.id'), 'composer');
  await new Promise((r) => setTimeout(r, 500));
  assert.equal(await driver.page.evaluate('document.activeElement.id'), 'composer');
});
