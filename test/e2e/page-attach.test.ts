/** Files that are sent with messages, in the page and against the processes as they run in earnest. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { pdfOf } from '../../server/documents/documents.fixture.ts';
import { picture } from '../support/attached-files.ts';
import { PageBrowser, type BrowserOptions, type PageDriver } from './page/driver.ts';
import { axeFaults, contrastFaults } from './page/inspect.ts';
import { RealStack } from './page/real-stack.ts';
import { startTogether } from './page/start-together.ts';

const TEST_MS = 60_000;

let stack: RealStack;
let browser: PageBrowser;

before(async () => {
  [stack, browser] = await startTogether(
    RealStack.start({ RATE_MAX_MESSAGES: '60', ANONYMOUS_CREDITS: '200000', LLM_INPUT_TOKEN_BUDGET: '6000' }),
    PageBrowser.launch(),
  );
});
after(async () => {
  await browser.close();
  await stack.stop();
});

/** Each test is another guest. */
function test(name: string, run: (driver: PageDriver) => Promise<void>, options: BrowserOptions = {}): void {
  void it(name, { timeout: TEST_MS }, async () => {
    const person = await browser.another(options);
    try {
      const driver = await person.newPage(stack.url);
      await driver.goto();
      await driver.connected();
      await driver.page.locator('.attach-button').waitFor();
      await run(driver);
      assert.deepEqual(driver.faults, []);
    } finally {
      await person.leave();
    }
  });
}

interface TestFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

function textFile(name: string, text: string): TestFile {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(text) };
}

async function attach({ page }: PageDriver, files: readonly TestFile[]): Promise<void> {
  await page.locator('.composer input[type="file"]').setInputFiles([...files]);
}

function tray({ page }: PageDriver) {
  return page.locator('.attach-tray li');
}

async function ready(driver: PageDriver, count: number): Promise<void> {
  await driver.until(`document.querySelectorAll('.attach-tray [data-state="ready"]').length === ${count}`);
}

/** It is read once the reader sees its place. */
async function pictureSent({ page }: PageDriver): Promise<void> {
  await page.locator('.attach-sent').first().scrollIntoViewIfNeeded();
  await page.locator('.attach-sent img.attach-picture').waitFor();
}

/** As a browser tells of files that are pasted or dropped. */
async function given({ page }: PageDriver, event: 'drop' | 'paste', name: string, text: string) {
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    data.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: 'text/plain' }));
    const about = { bubbles: true, cancelable: true };
    const event = ${event === 'drop'}
      ? new DragEvent('drop', { ...about, dataTransfer: data })
      : new ClipboardEvent('paste', { ...about, clipboardData: data });
    document.querySelector('#composer').dispatchEvent(event);
  })()`);
}

test('several files are sent with a message, shown with it, and proved', async (driver) => {
  const { page } = driver;
  // More than one piece of a guest.
  const long = 'The lighthouse stood in the rain, and nobody came. '.repeat(2_000);
  const image = { name: 'sea.png', mimeType: 'image/png', buffer: await picture(40, 20) };
  const report = { name: 'report.pdf', mimeType: 'application/pdf', buffer: pdfOf(['One.', 'Two herons.']) };
  await attach(driver, [textFile('long.txt', long), image, report, textFile('gone.txt', 'unwanted')]);
  await ready(driver, 4);
  await driver.heard('report.pdf is attached');
  const preview = page.locator('.attach-tray img.attach-preview');
  await preview.waitFor();
  const isDrawn = `document.querySelector('.attach-preview').decode().then(() => true)`;
  assert.equal(await page.evaluate(isDrawn), true);
  await page.getByRole('button', { name: 'Remove gone.txt' }).focus();
  await page.keyboard.press('Enter');
  await tray(driver).nth(3).waitFor({ state: 'detached' });
  await driver.until(`document.activeElement?.closest('.attach-tray') !== null`);
  await driver.send('What are these?');
  await driver.phase('done');
  assert.equal(await tray(driver).count(), 0);
  const names = page.locator('.attach-sent .attach-name');
  assert.deepEqual(await names.allTextContents(), ['long.txt', 'sea.png', 'report.pdf']);
  const facts = await page.locator('.attach-sent .attach-facts').allTextContents();
  assert.match(facts[0] ?? '', /^Text · 100 KB · only the beginning was sent$/);
  assert.equal(facts[2], 'PDF · 2 pages');
  await driver.proof('proved');
  const sent = JSON.stringify(stack.stub.requests.at(-1)?.body);
  assert.ok(sent.includes('Two herons') && sent.includes('"images":[') && !sent.includes('unwanted'));
  await pictureSent(driver);
  await driver.reload();
  await names.first().waitFor();
  await pictureSent(driver);
  const size = `(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight])
    (document.querySelector('.attach-sent img.attach-picture'))`;
  assert.deepEqual(await page.evaluate(size), [40, 20]);
  assert.deepEqual(await names.allTextContents(), ['long.txt', 'sea.png', 'report.pdf']);
  await driver.ask('And now?');
  assert.ok(JSON.stringify(stack.stub.requests.at(-1)?.body).includes('Two herons'), 'it is sent again');
});

test('files come by paste and by drop, and text that is pasted stays text', async (driver) => {
  const { page } = driver;
  await given(driver, 'paste', 'pasted.txt', 'from the clipboard');
  await given(driver, 'drop', 'dropped.txt', 'from the desk');
  await ready(driver, 2);
  await driver.send('Both?');
  await driver.phase('done');
  const sent = JSON.stringify(stack.stub.requests.at(-1)?.body);
  assert.ok(sent.includes('from the clipboard') && sent.includes('from the desk'));
  assert.deepEqual(await page.locator('.attach-sent .attach-name').allTextContents(), [
    'pasted.txt',
    'dropped.txt',
  ]);
});

test('what is refused is said in words, and what was written and attached comes back', async (driver) => {
  const { page } = driver;
  const fault = page.locator('.attach-fault');
  await attach(driver, [textFile('empty.txt', '')]);
  await fault.getByText('empty.txt is empty').waitFor();
  const name = '<img src=x onerror=alert(1)>.pdf';
  await attach(driver, [textFile(name, '%PDF-1.7\nand nothing else')]);
  await ready(driver, 1);
  await driver.send('What is in it?');
  await fault.getByText(/cannot be sent: .*damaged/).waitFor();
  assert.equal(await driver.composer.inputValue(), 'What is in it?');
  assert.equal(await tray(driver).count(), 1);
  assert.equal(await page.locator('.turn').count(), 0);
  await tray(driver).getByRole('button').click();
  await attach(
    driver,
    Array.from({ length: 7 }, (_, index) => textFile(`${index}.txt`, 'x')),
  );
  await fault.getByText('A message takes 5 files at most').waitFor();
  assert.equal(await tray(driver).count(), 5);
});

test('other words take the files along', async (driver) => {
  const { page } = driver;
  await attach(driver, [textFile('bird.txt', 'The heron is grey.')]);
  await ready(driver, 1);
  await driver.send('Which colour?');
  await driver.phase('done');
  await driver.composer.press('ArrowUp');
  await page.locator('.message-editor textarea').fill('Which colour is it?');
  await page.locator('.message-editor textarea').press('Enter');
  await page.locator('.message-editor').waitFor({ state: 'detached' });
  await driver.answered('Which colour is it?');
  await driver.phase('done');
  assert.ok(JSON.stringify(stack.stub.requests.at(-1)?.body).includes('The heron is grey.'));
  assert.deepEqual(await page.locator('.attach-sent .attach-name').allTextContents(), ['bird.txt']);
});

for (const [theme, width, locale] of [
  ['light', 1_200, 'en'],
  ['dark', 360, 'es'],
] as const) {
  test(
    `no fault of access: ${theme}, ${width} px, ${locale}`,
    async (driver) => {
      const { page } = driver;
      const image = { name: 'mar.png', mimeType: 'image/png', buffer: await picture(40, 20) };
      const long = textFile(`${'a-very-long-name-'.repeat(6)}.txt`, 'The heron is grey. '.repeat(20));
      await attach(driver, [image, long]);
      await ready(driver, 2);
      const looks = async (name: string) => {
        const shots = process.env['HILO_SHOTS'];
        if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}-${theme}-${width}.png` });
        assert.deepEqual(await axeFaults(page), []);
        assert.deepEqual(await contrastFaults(page), []);
        assert.equal(await driver.overflow(), 0);
      };
      await looks('tray');
      await driver.send('¿Qué es?');
      await driver.phase('done');
      await pictureSent(driver);
      await looks('sent');
    },
    { theme, width, height: 740, locale },
  );
}
