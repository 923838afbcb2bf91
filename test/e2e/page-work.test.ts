/** The pages for summaries, images and jobs, against the processes as they run in earnest. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { axeFaults, contrastFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const TEST_MS = 60_000;

let stack: RealStack;
let browser: PageBrowser;

before(async () => {
  [stack, browser] = await startTogether(
    RealStack.start({ RATE_MAX_MESSAGES: '60', ANONYMOUS_CREDITS: '200000' }),
    PageBrowser.launch(),
  );
});
after(async () => {
  await browser.close();
  await stack.stop();
});

/** Each test is another guest, who opens the page at its address. */
function test(
  name: string,
  place: string,
  run: (driver: PageDriver) => Promise<void>,
  options: BrowserOptions = {},
): void {
  void it(name, { timeout: TEST_MS }, async () => {
    stack.stub.configure({ tokens: 12, tokensPerSecond: 0 });
    const person = await browser.another(options);
    try {
      const driver = await person.newPage(stack.url);
      await driver.page.goto(`${stack.url}app/${place}`);
      await driver.page.locator('.work-earlier .quiet').waitFor();
      await run(driver);
      assert.deepEqual(driver.faults, []);
    } finally {
      await person.leave();
    }
  });
}

test('a document is summarised, kept, read again and deleted', 'summaries', async (driver) => {
  const { page } = driver;
  const button = page.getByRole('button', { name: 'Summarise' });
  assert.equal(await button.getAttribute('aria-disabled'), 'true');
  // More than one piece of a guest.
  const text = 'The lighthouse stood in the rain, and nobody came. '.repeat(2_000);
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: 'report.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.getByText('Document: report.txt').waitFor();
  await button.click();
  await driver.heard('The summary is finished.');
  await page.locator('.work-now .written').getByRole('button', { name: 'Save' }).waitFor();
  const row = page.locator('.work-rows li');
  await row.locator('.work-title').click();
  await row.locator('.written .prose').waitFor();
  await page.reload();
  await row.locator('.work-title').click();
  assert.notEqual(await row.locator('.written .prose').textContent(), '');
  await row.getByRole('button', { name: /^Delete/ }).click();
  await page.getByText('Your summaries are kept here.').waitFor();
  assert.equal(await page.evaluate('document.activeElement.id'), 'earlier');
});

test('a summary goes on while another page is open, and can be stopped', 'summaries', async ({ page }) => {
  stack.stub.configure({ tokens: 400, tokensPerSecond: 20 });
  await page.getByLabel('Text or web address').fill('What is to be said, and more of it. '.repeat(40));
  await page.getByRole('button', { name: 'Summarise' }).click();
  await page.getByText(/At most [\d,]+ credits/).waitFor();
  const kinds = page.getByRole('navigation', { name: 'Summaries, images and jobs' });
  await kinds.getByRole('link', { name: 'Jobs' }).click();
  await page.getByText('Your jobs are kept here.').waitFor();
  await kinds.getByRole('link', { name: 'Summaries' }).click();
  await page.getByText(/At most [\d,]+ credits/).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  assert.equal(await page.locator('.fault').count(), 0);
});

test('an address inside the network is refused in plain words', 'summaries', async ({ page }) => {
  await page.getByLabel('Text or web address').fill('http://127.0.0.1/secret');
  await page.getByRole('button', { name: 'Summarise' }).click();
  await page.locator('.fault').waitFor();
});

test('a picture is drawn, shown after a reload, and deleted', 'images', async (driver) => {
  const { page } = driver;
  await page.getByRole('textbox', { name: 'Picture' }).fill('a <b>lighthouse</b> in the rain');
  await page.getByLabel('Size').selectOption({ label: 'Landscape' });
  await page.getByRole('button', { name: 'Draw' }).click();
  await driver.heard('The picture is finished.');
  const image = page.locator('.work-pictures img');
  const isDrawn = () =>
    page.evaluate(`document.querySelector('.work-pictures img').decode().then(() => true)`);
  await image.waitFor();
  assert.equal(await isDrawn(), true);
  await page.reload();
  await image.waitFor();
  assert.equal(await isDrawn(), true);
  assert.equal(await image.getAttribute('alt'), 'a <b>lighthouse</b> in the rain');
  await page.getByText('this is a placeholder').waitFor();
  await page.locator('.work-pictures').getByRole('button').click();
  await page.getByText('Your pictures are kept here.').waitFor();
});

test('a job is put into the queue, done without a reload, and read', 'jobs', async (driver) => {
  const { page } = driver;
  await page.getByLabel('Question or task').fill('Three names for a cat');
  await page.getByRole('button', { name: 'Put into the queue' }).click();
  const row = page.locator('.work-rows li').filter({ hasText: 'Three names for a cat' });
  await row.getByText('done').waitFor();
  await row.locator('button.work-title').click();
  await row.locator('.written .prose').waitFor();
  await row.getByRole('button', { name: /^Delete/ }).click();
  await page.getByText('Your jobs are kept here.').waitFor();
});

test('a job that runs is cancelled', 'jobs', async ({ page }) => {
  stack.stub.configure({ tokens: 4_000, tokensPerSecond: 20 });
  await page.getByLabel('Question or task').fill('A very long story');
  await page.getByLabel('Question or task').press('Control+Enter');
  const row = page.locator('.work-rows li');
  await row.getByRole('button', { name: /^Cancel/ }).click();
  await row.getByText('cancelled').waitFor();
});

for (const [place, heading] of [
  ['summaries', 'Resúmenes'],
  ['images', 'Imágenes'],
  ['jobs', 'Trabajos'],
] as const) {
  test(
    `${place}: no fault of access in the dark on a phone, in Spanish`,
    place,
    async ({ page }) => {
      assert.equal(await page.locator('h2').first().textContent(), heading);
      await page.locator('textarea').fill('Una palabra detrás de otra, y ninguna más larga que la primera.');
      assert.deepEqual(await axeFaults(page), []);
      assert.deepEqual(await contrastFaults(page), []);
      const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      assert.equal(wide, false);
    },
    { locale: 'es', theme: 'dark', width: 360, height: 740 },
  );
}
