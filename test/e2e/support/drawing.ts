/** What draws answers, bundled and loaded into an empty page of a real browser. */
import { build, type Rolldown } from 'vite';
import { PageBrowser, type PageDriver } from '../page/driver.ts';
import { ROOT } from '../../support/source-files.ts';

const ENTRY = 'web/src/ui/markdown/drawing.fixture.ts';

export interface Drawing {
  /** Calls a function of the fixture; arguments and result are JSON. */
  readonly ask: <Result>(name: string, ...args: readonly unknown[]) => Promise<Result>;
  readonly close: () => Promise<void>;
}

export async function openDrawing(): Promise<Drawing> {
  const [code, browser] = await Promise.all([bundled(), PageBrowser.launch()]);
  const { page }: PageDriver = await browser.newPage('about:blank');
  await page.addScriptTag({ content: code });
  return {
    ask: (name, ...args) => page.evaluate(`drawing.${name}(...${JSON.stringify(args)})`),
    close: () => browser.close(),
  };
}

async function bundled(): Promise<string> {
  const library = { entry: ENTRY, formats: ['iife' as const], name: 'bundle', fileName: 'bundle' };
  const made = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    build: { write: false, minify: false, lib: library },
  });
  const [first] = (Array.isArray(made) ? made : [made]) as Rolldown.RolldownOutput[];
  const [chunk] = first?.output ?? [];
  if (chunk?.type !== 'chunk') throw new Error('Nothing was bundled');
  return chunk.code;
}
