/**
 * The page in a real browser, against a server whose every move is scripted. What the page must never do
 * (break its policy, ask another origin, throw) is checked after every test.
 */
import assert from 'node:assert/strict';
import { openBrowser } from './page/on-page.ts';

const { test, browser } = await openBrowser();

test('streams an answer, word by word, and settles it', async ({ driver, server }) => {
  await driver.send('hello');
  const exchange = await server.exchange(1);
  assert.equal(exchange.text, 'hello');
  await driver.phase('sending');
  exchange.queue(3);
  await driver.phase('queued');
  await driver.lastTurn.getByText('Third in line, about 20 s').waitFor();
  exchange.start();
  await driver.phase('thinking');
  exchange.delta('Good ').delta('**morning**');
  await driver.answered('morning');
  await driver.phase('streaming');
  assert.equal(await driver.lastAnswer.locator('strong').textContent(), 'morning');
  exchange.delta('.').finish();
  await driver.phase('done');
  assert.equal(await driver.answerText(), 'Good morning.');
  assert.equal(await driver.composer.inputValue(), '');
  assert.equal(await driver.page.locator('.plain').count(), 0);
});

test('stops with one button and says who stopped it', async ({ driver, server }) => {
  await driver.send('tell me a story');
  const exchange = await server.exchange(1);
  exchange.start().delta('Once upon');
  await driver.answered('Once upon');
  assert.equal(await driver.button.getAttribute('aria-label'), 'Stop the answer');
  await driver.button.click();
  await driver.phase('stopped');
  await driver.lastTurn.getByText('Stopped by you').waitFor();
  assert.equal(await driver.answerText(), 'Once upon');
  assert.equal(await driver.button.getAttribute('aria-label'), 'Send');
});

test('goes on after a reload in mid-stream, without gap or repetition', async ({ driver, server }) => {
  await driver.send('count');
  const exchange = await server.exchange(1);
  exchange.start().delta('one two ');
  await driver.answered('one two');
  exchange.delta('three ');
  await driver.composer.fill('a draft that stays');
  await driver.reload();
  exchange.delta('four ');
  await driver.looked('resumed');
  exchange.delta('five');
  await driver.answered('five');
  assert.equal(await driver.answerText(), 'one two three four five');
  assert.equal(await driver.composer.inputValue(), 'a draft that stays');
  exchange.finish();
  await driver.phase('done');
  assert.equal(server.exchanges.length, 1);
});

test('goes on after a cut in mid-stream and sends again what never arrived', async ({ driver, server }) => {
  await driver.send('first');
  const first = await server.exchange(1);
  first.start().delta('before ');
  await driver.answered('before');
  server.refuse();
  await driver.look('waiting');
  first.delta('between ').finish();
  server.accept();
  await driver.phase('done');
  assert.equal(await driver.answerText(), 'before between');

  server.refuse();
  await driver.look('waiting');
  await driver.send('second');
  await driver.phase('held');
  server.accept();
  (await server.exchange(2)).reply('here');
  await driver.answered('here');
});

test('does not promise to stop at once what it cannot reach', async ({ driver, server }) => {
  await driver.send('a story');
  const exchange = await server.exchange(1);
  exchange.start().delta('Once upon');
  await driver.answered('Once upon');
  const hint = driver.page.locator('#composer-hint');
  assert.equal(await hint.textContent(), 'Esc stops the answer');
  server.refuse();
  await driver.look('waiting');
  await hint.getByText('Not connected · Esc stops the answer when it goes on').waitFor();
  assert.equal(await driver.button.getAttribute('aria-label'), 'Stop the answer when connected again');
  await driver.button.click();
  await hint.getByText('Not connected · The answer will be stopped when it goes on').waitFor();
  assert.equal(await driver.button.getAttribute('aria-disabled'), 'true');
  server.accept();
  await driver.phase('stopped');
  assert.equal(await driver.answerText(), 'Once upon');
  assert.equal(await driver.button.getAttribute('aria-label'), 'Send');
});

test('says what a restart has lost, keeps it readable and retries under the same id', async ({
  driver,
  server,
}) => {
  await driver.send('settled');
  (await server.exchange(1)).reply('This stays.');
  await driver.answered('This stays.');
  await driver.send('cut off');
  const cut = await server.exchange(2);
  cut.start().delta('half of');
  await driver.answered('half of');
  server.restart();
  await driver.phase('lost');
  await driver.page.locator('.notice').getByText('The server was restarted').waitFor();
  await driver.page.getByText('This stays.').first().waitFor();
  await driver.connected();
  await driver.retry.click();
  const again = await server.exchange(3);
  assert.equal(again.clientMessageId, cut.clientMessageId);
  assert.equal(again.text, 'cut off');
  again.reply('whole now');
  await driver.answered('whole now');
  assert.equal(await driver.turns.count(), 2);
});

test('tells a failure and tries again under the same id', async ({ driver, server }) => {
  await driver.send('question');
  const failed = await server.exchange(1);
  failed.start().delta('It is');
  failed.fail('upstream_failed');
  await driver.phase('failed');
  await driver.lastTurn.getByText('The model failed to answer.').waitFor();
  await driver.retry.click();
  const again = await server.exchange(2);
  assert.equal(again.clientMessageId, failed.clientMessageId);
  again.reply('It is so.');
  await driver.phase('done');
  assert.equal(await driver.answerText(), 'It is so.');
  assert.equal(await driver.turns.count(), 1);
});

test('counts down when limited, with the draft kept, also over a reload', async ({ driver, server }) => {
  await driver.send('one too many');
  (await server.exchange(1)).fail('rate_limited', { retryAfterMs: 2_500 });
  const notice = driver.page.locator('.composer-notice');
  await notice.getByText('You can write again in').waitFor();
  assert.equal(await driver.composer.inputValue(), 'one too many');
  assert.equal(await driver.turns.count(), 0);
  await driver.composer.press('Enter');
  await driver.reload();
  await notice.getByText('You can write again in').waitFor();
  assert.equal(await driver.composer.inputValue(), 'one too many');
  await notice.waitFor({ state: 'detached' });
  await driver.composer.press('Enter');
  (await server.exchange(2)).reply('welcome back');
  await driver.answered('welcome back');
  assert.equal(server.exchanges.length, 2);
});

test('marks the offline companion and a model that does not answer', async ({ driver, server }) => {
  await driver.send('a');
  (await server.exchange(1)).reply('I listen.', { provider: 'offline', model: 'companion' });
  await driver.lastTurn.getByText('Offline companion', { exact: true }).waitFor();
  await driver.send('b');
  const second = await server.exchange(2);
  second.start(true).delta('I still');
  await driver.lastTurn.getByText('The model is not answering; this is the offline companion').waitFor();
  second.finish({ provider: 'offline', degraded: true });
  await driver.phase('done');
  await driver.reload();
  await driver.lastTurn.getByText('The model is not answering').waitFor();
});

test('waits out a drain: says so, holds the message, sends it afterwards', async ({ driver, server }) => {
  server.drain(50);
  await driver.look('draining');
  await driver.send('during the drain');
  await driver.phase('held');
  server.restart();
  (await server.exchange(1)).reply('after it');
  await driver.answered('after it');
});

test('refuses a message that is too long without losing it', async ({ driver, server }) => {
  await driver.send('long');
  (await server.exchange(1)).fail('message_too_long', { values: { tokens: 9000, budget: 2000 } });
  await driver.page.getByText('about 9000 tokens, and at most 2000 fit').waitFor();
  assert.equal(await driver.composer.inputValue(), 'long');
  await driver.composer.fill('x'.repeat(70_000));
  await driver.composer.press('Enter');
  await driver.page.getByText('too large to send at once').waitFor();
  assert.equal(server.exchanges.length, 1);
});

test('gives a duplicated window a session of its own', async ({ driver, server }) => {
  await driver.send('mine');
  (await server.exchange(1)).reply('yours');
  await driver.answered('yours');
  const slot = await driver.page.evaluate<string>("sessionStorage.getItem('hilo.slot')");
  const second = await browser.open(server.url);
  await second.page.evaluate(`sessionStorage.setItem('hilo.slot', '${slot}')`);
  await second.reload();
  await second.connected();
  await second.page.getByText('This window has its own session').waitFor();
  await second.page.getByText('yours').first().waitFor();
  await second.send('other');
  (await server.exchange(2)).reply('other answer');
  await second.answered('other answer');
  assert.deepEqual(second.faults, []);
  await second.page.close();
  assert.equal(await driver.turns.count(), 1);
  assert.equal(server.calls.filter(({ method }) => method === 'session.resume').length, 0);
});

test('does not fight for a session that goes on elsewhere', async ({ driver, server }) => {
  await driver.send('mine');
  (await server.exchange(1)).reply('yours');
  await driver.answered('yours');
  const hellos = () => server.calls.filter(({ method }) => /hello|resume/.test(method)).length;
  const before = hellos();
  server.closeAll('superseded', 4109);
  await driver.look('ended');
  assert.equal(hellos(), before);
  await driver.page.getByRole('button', { name: 'Go on here' }).click();
  await driver.connected();
  await driver.page.getByText('This window has its own session').waitFor();
  assert.equal(server.calls.findLast(({ method }) => /hello|resume/.test(method))?.method, 'session.hello');
});

test('says why it was closed, waits as long as asked, and connects at once when told to', async ({
  driver,
  server,
}) => {
  server.closeAll('server_full', 4103, 20_000);
  await driver.look('waiting');
  await driver.page.getByText('The server is full right now. Trying again in').waitFor();
  await driver.page.getByRole('button', { name: 'Connect now' }).click();
  await driver.connected();
});

test('forgets a conversation only when asked twice', async ({ driver, server }) => {
  await driver.send('secret');
  (await server.exchange(1)).reply('kept');
  await driver.answered('kept');
  await driver.page.getByRole('button', { name: 'New conversation' }).click();
  await driver.page.keyboard.press('Escape');
  assert.equal(await driver.turns.count(), 1);
  await driver.page.getByRole('button', { name: 'New conversation' }).click();
  await driver.page.getByRole('button', { name: 'Start anew' }).click();
  await driver.page.getByText('What would you like to talk about?').waitFor();
  await server.until(() => server.calls.some(({ method }) => method === 'chat.new'));
  assert.doesNotMatch(await driver.page.evaluate<string>('JSON.stringify(localStorage)'), /secret|kept/);
  await driver.page.getByRole('button', { name: 'Help me find the words' }).click();
  assert.match(await driver.composer.inputValue(), /^Help me find the words/);
});
