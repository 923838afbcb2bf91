/** The page in Firefox, as a person would use it; what nobody should meet is noted, as in the driver. */
import puppeteer, { type Browser, type BrowserContext, type Page } from 'puppeteer-core';

/** On a busy machine a page may be slow, and is not wrong for that. */
const PATIENCE_MS = 30_000;

const PREFERENCES = {
  'intl.accept_languages': 'en',
  'datareporting.policy.dataSubmissionEnabled': false,
  'browser.shell.checkDefaultBrowser': false,
};

/** Violations of the policy and errors of the page, kept in the page itself. */
const KEEP_FAULTS = `
  window.testFaults = [];
  addEventListener('error', ({ message }) => window.testFaults.push(message));
  addEventListener('unhandledrejection', ({ reason }) => window.testFaults.push(String(reason)));
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
    window.testFaults.push([violatedDirective, blockedURI, sample].join(' ')));`;

export async function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: PREFERENCES,
  });
}

/** One person's window; other people's keep nothing in common with it. */
export class FirefoxDriver {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #foreign: string[] = [];

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.#context = context;
    this.page = page;
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) this.#foreign.push(`Foreign request: ${request.url()}`);
    });
  }

  static async open(browser: Browser, url: string): Promise<FirefoxDriver> {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.setViewport({ width: 1100, height: 760 });
    await page.evaluateOnNewDocument(KEEP_FAULTS);
    const driver = new FirefoxDriver(context, page, url);
    await page.goto(url);
    await driver.connected();
    return driver;
  }

  async faults(): Promise<string[]> {
    return [...this.#foreign, ...((await this.page.evaluate('window.testFaults')) as string[])];
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    await this.page.waitForFunction(`Boolean(${expression})`);
  }

  connected(): Promise<void> {
    return this.until(`document.querySelector('.status:is([data-look=ready], [data-look=resumed])')`);
  }

  async send(text: string): Promise<void> {
    await this.page.focus('#composer');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until the last turn is in that phase. */
  phase(name: string): Promise<void> {
    return this.until(`[...document.querySelectorAll('.turn')].at(-1)?.dataset.phase === '${name}'`);
  }

  /** Waits until the last answer has this in it. */
  answered(text: string): Promise<void> {
    const wanted = JSON.stringify(text);
    return this.until(
      `[...document.querySelectorAll('.turn .prose')].at(-1)?.textContent.includes(${wanted})`,
    );
  }

  proof(name: string): Promise<void> {
    return this.until(
      `[...document.querySelectorAll('.turn')].at(-1)?.querySelector('[data-proof="${name}"]')`,
    );
  }

  /** Clicks the button of that name; within an open dialog, if there is one. */
  async click(name: string): Promise<void> {
    const wanted = JSON.stringify(name);
    const button = `[...(document.querySelector('dialog[open]') ?? document)
      .querySelectorAll('button, input')].find((e) =>
        [e.ariaLabel, e.textContent.trim(), e.labels?.[0]?.textContent.trim()].includes(${wanted}))`;
    // By the element itself: what comes late moves the page, and a click at a place would miss.
    await this.#onFound(button, 'click');
  }

  /** Writes into the field under that label, in place of what it has. */
  async fill(label: string, text: string): Promise<void> {
    const field = `[...document.querySelectorAll('input')].find((e) =>
      e.labels?.[0]?.textContent.trim().startsWith(${JSON.stringify(label)}))`;
    await this.#onFound(field, 'select');
    await this.page.keyboard.type(text);
  }

  /** Once; the page may draw an element anew between being found and being used. */
  async #onFound(element: string, method: 'click' | 'select'): Promise<void> {
    const use = `(() => {
      const found = ${element};
      found?.${method}();
      return found !== undefined;
    })()`;
    do await this.until(element);
    while (!(await this.read<boolean>(use)));
  }

  read<T>(expression: string): Promise<T> {
    return this.page.evaluate(expression) as Promise<T>;
  }

  /** How far the page could be scrolled sideways, in pixels. */
  overflow(): Promise<number> {
    return this.read(
      `Math.max(document.documentElement.scrollWidth - innerWidth,
        ...[...document.querySelectorAll('body, .scroller')].map((e) => e.scrollWidth - e.clientWidth))`,
    );
  }
}
