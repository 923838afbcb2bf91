import assert from 'node:assert/strict';
import { after, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PageBrowser, type PageDriver } from './driver.ts';
import { FakeServer } from './fake-server.ts';

const PAGE = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

const TEST_MS = 120_000;

export interface OpenPage {
  readonly driver: PageDriver;
  readonly server: FakeServer;
}

type PageTest = (page: OpenPage, context: TestContext) => Promise<void>;

/** One browser for a file of tests; it is closed after them. */
export async function openBrowser(): Promise<{
  readonly browser: PageBrowser;
  readonly test: (name: string, run: PageTest) => void;
}> {
  const browser = await PageBrowser.launch();
  after(() => browser.close());
  return {
    browser,
    test: (name, run) => {
      void it(name, { timeout: TEST_MS }, (context) => runOnPage(browser, run, context));
    },
  };
}

/**
 * Gives a test a scripted server and a page that is connected to it, of an origin of its own. What the page
 * must never do (break its policy, ask another origin, throw) is checked afterwards.
 */
async function runOnPage(browser: PageBrowser, run: PageTest, context: TestContext): Promise<void> {
  const server = await FakeServer.start(PAGE);
  const driver = await browser.open(server.url);
  try {
    await driver.connected();
    await run({ driver, server }, context);
    assert.deepEqual(driver.faults, []);
  } finally {
    await driver.page.close();
    await server.close();
  }
}
