/**
 * Drives the page as a person would, and notes whatever a person should never meet: errors, foreign requests.
 */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';

/** Draws the same pages without a window system, and takes less than half the processor time. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';
const CHROMIUM = '/usr/bin/chromium';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A name that browsers do not take for this machine: what comes from it by plain http is not secure.
  '--host-resolver-rules=MAP page.test 127.0.0.1',
];

export interface BrowserOptions {
  readonly locale?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  readonly touch?: boolean;
  /** Those of a desktop, which take room; without, they lie over the text. */
  readonly scrollbars?: boolean;
}

/** On a busy machine a page may be slow, and is not wrong for that. */
const PATIENCE_MS = 30_000;

/** Keeps what the state of the connection has looked like since the page was loaded, also for a moment. */
const KEEP_LOOKS = `
  const looks = (window.testLooks = []);
  const keep = () => {
    const { look } = document.querySelector('.status')?.dataset ?? {};
    if (look && looks.at(-1) !== look) looks.push(look);
  };
  const what = { subtree: true, childList: true, attributeFilter: ['data-look'] };
  new MutationObserver(keep).observe(document, what);`;

/** A person's browser: windows of it share what the page keeps, other people's do not. */
export class PageBrowser {
  readonly #browser: Browser;
  readonly #context: BrowserContext;

  private constructor(browser: Browser, context: BrowserContext) {
    this.#browser = browser;
    this.#context = context;
  }

  static async launch(options: BrowserOptions = {}): Promise<PageBrowser> {
    const browser = await chromium.launch({
      executablePath: chromiumPath(),
      headless: true,
      args: ARGUMENTS,
      ignoreDefaultArgs: options.scrollbars ? ['--hide-scrollbars'] : [],
    });
    return new PageBrowser(browser, await newContext(browser, options));
  }

  /** Another person in the same process, which starts much faster than one of their own. */
  async another(options: BrowserOptions = {}): Promise<PageBrowser> {
    return new PageBrowser(this.#browser, await newContext(this.#browser, options));
  }

  async open(url: string): Promise<PageDriver> {
    const driver = await this.newPage(url);
    await driver.goto();
    return driver;
  }

  /** A window that shows nothing yet. */
  async newPage(url: string): Promise<PageDriver> {
    const page = await this.#context.newPage();
    await page.addInitScript(KEEP_LOOKS);
    return new PageDriver(page, url);
  }

  /** Only this person's windows. */
  async leave(): Promise<void> {
    await this.#context.close();
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

function chromiumPath(): string {
  return process.env['CHROMIUM_PATH'] ?? (existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : CHROMIUM);
}

async function newContext(browser: Browser, options: BrowserOptions): Promise<BrowserContext> {
  const context = await browser.newContext({
    locale: options.locale ?? 'en',
    colorScheme: options.theme ?? 'light',
    viewport: { width: options.width ?? 1100, height: options.height ?? 760 },
    reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
    hasTouch: options.touch ?? false,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

export class PageDriver {
  readonly page: Page;
  /** Console errors, uncaught exceptions, violations of the policy, requests to other origins. */
  readonly faults: string[] = [];
  readonly #url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    page.on('console', (message) => {
      const expected = /WebSocket connection to/.test(message.text());
      if (message.type() === 'error' && !expected) this.faults.push(message.text());
    });
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(new URL('/', url).href))
        this.faults.push(`Foreign request: ${request.url()}`);
    });
    page.on('dialog', (dialog) => {
      this.faults.push(`Dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  async goto(): Promise<void> {
    await this.page.goto(this.#url);
    await this.composer.waitFor();
  }

  get composer(): Locator {
    return this.page.locator('#composer');
  }

  /** Send while nothing runs, Stop while an answer does. */
  get button(): Locator {
    return this.page.locator('button.send');
  }

  get status(): Locator {
    return this.page.locator('.status');
  }

  get turns(): Locator {
    return this.page.locator('.turn');
  }

  get lastTurn(): Locator {
    return this.turns.last();
  }

  get lastAnswer(): Locator {
    return this.page.locator('.turn .prose').last();
  }

  async answerText(): Promise<string> {
    return ((await this.lastAnswer.textContent()) ?? '').trim();
  }

  get balance(): Locator {
    return this.page.locator('.balance');
  }

  get lastMark(): Locator {
    return this.page.locator('.proof-mark').last();
  }

  get dialog(): Locator {
    return this.page.locator('dialog[open]');
  }

  /** Waits until the last answer's proof is in that state. */
  async proof(name: string): Promise<void> {
    await this.page.locator(`#app .leaf:last-child > .turn:last-child [data-proof="${name}"]`).waitFor();
  }

  /** Waits until something was said to people who listen. */
  async heard(text: string): Promise<void> {
    await this.page
      .locator('[aria-live="polite"] p', { hasText: text })
      .first()
      .waitFor({ state: 'attached' });
  }

  get retry(): Locator {
    return this.page.locator('.mishap button');
  }

  get scroller(): Locator {
    return this.page.locator('.scroller');
  }

  /** What was said to people who listen, oldest first. */
  spoken(): Promise<string[]> {
    return this.page.locator('[aria-live="polite"] p').allTextContents();
  }

  async connected(): Promise<void> {
    await this.page.locator('.status:is([data-look="ready"], [data-look="resumed"])').waitFor();
  }

  async look(name: string): Promise<void> {
    await this.page.locator(`.status[data-look="${name}"]`).waitFor();
  }

  /** Waits until the connection looks like that or, since the page was loaded, has. */
  async looked(name: string): Promise<void> {
    await this.until(`testLooks.includes('${name}')`);
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Waits until the last turn is in that phase. */
  async phase(name: string): Promise<void> {
    await this.page
      .locator(`#app .leaf:last-child > .turn:nth-last-child(1 of .turn)[data-phase="${name}"]`)
      .waitFor();
  }

  async answered(text: string): Promise<void> {
    await this.lastAnswer.getByText(text).first().waitFor();
  }

  /** Sends a message to a stub that echoes, and waits for the whole answer. */
  async ask(text: string): Promise<void> {
    await this.send(text);
    await this.answered(`echo: ${text}`);
    await this.phase('done');
  }

  /** Waits until an expression is true in the page; looked at before each frame. */
  async until(expression: string): Promise<void> {
    await this.page.evaluate(`new Promise((resolve) => {
      const look = () => ((${expression}) ? resolve() : requestAnimationFrame(look));
      look();
    })`);
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.composer.waitFor();
  }

  /** How far the page could be scrolled sideways, in pixels. */
  overflow(): Promise<number> {
    return this.page.evaluate(
      `Math.max(document.documentElement.scrollWidth - innerWidth,
        ...[...document.querySelectorAll('body, .scroller')].map((e) => e.scrollWidth - e.clientWidth))`,
    );
  }

  /** Interactive elements whose target is smaller than 44 px either way; links within text are exempt. */
  smallTargets(): Promise<string[]> {
    return this.page.evaluate(`[...document.querySelectorAll('button, textarea, select, input')]
      .filter((element) => element.checkVisibility())
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 43.9 || box.height < 43.9)
      .map(({ element, box }) => element.outerHTML.slice(0, 60) + ' ' + box.width + 'x' + box.height)`);
  }
}
