/**
 * `npm run docs`: writes the pages under docs/ that are made from the code. test/docs.test.ts compares what
 * it would write with what is there. It lives among the tests because it may import every part, which no part
 * itself may.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { errorsPage } from './errors-page.ts';
import { httpPage } from './http-page.ts';
import { operationsPage } from './operations-page.ts';
import { settingsPage } from './settings-page.ts';
import { ROOT } from './source-files.ts';

const PAGES: Readonly<Record<string, () => string>> = {
  'docs/operations.md': operationsPage,
  'docs/http.md': httpPage,
  'docs/errors.md': errorsPage,
  'docs/settings.md': settingsPage,
};

/** The generated pages by path, formatted as everything else is. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const [path, page] of Object.entries(PAGES)) {
    pages.set(path, await format(page(), { parser: 'markdown', printWidth: 110, proseWrap: 'always' }));
  }
  return pages;
}

if (import.meta.main) {
  for (const [path, text] of await generatedPages()) {
    writeFileSync(join(ROOT, path), text);
    process.stdout.write(`${path}\n`);
  }
}
