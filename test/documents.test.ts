/** What README.md and docs/ tell a reader to type, write into a file or send works as it stands there. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startPostgres, type TestPostgres } from '../server/store/postgres.fixture.ts';
import { blocksOf } from './support/documents/blocks.ts';
import { PREMISES } from './support/documents/premises.ts';
import { notRunIn, runPage } from './support/documents/run-page.ts';
import { GENERATED } from './support/markdown.ts';
import { projectFiles } from './support/source-files.ts';

/** How many blocks cannot run; one more needs a good reason. */
const NOT_RUN = 15;

const PAGES = projectFiles()
  .filter(({ path }) => path === 'README.md' || /^docs\/[\w-]+\.md$/.test(path))
  // The examples of operations are those of the table, which test/operations.test.ts runs on every face.
  .map(({ path, text }) => ({
    path,
    text: text.startsWith(GENERATED) ? text.replaceAll(/^```json\n[^]*?^```$/gm, '') : text,
  }));

let postgres: TestPostgres | undefined;

after(() => postgres?.stop());

for (const { path, text } of PAGES) {
  test(`${path} runs as it is written`, { timeout: 100_000 }, async () => {
    const premise = PREMISES[path];
    postgres ??= premise?.hasPostgres ? await startPostgres() : undefined;
    const databaseUrl = premise?.hasPostgres ? await postgres?.createDatabase() : undefined;
    await runPage(path, text, { ...premise, databaseUrl });
  });
}

test('what does not run says why', (t) => {
  const all = PAGES.flatMap(({ path, text }) => notRunIn(blocksOf(path, text)));
  for (const { place, reason } of all) {
    t.diagnostic(`${place} is not run: ${reason}`);
    assert.match(reason, /\w+ \w+ \w+/, place);
  }
  assert.equal(all.length, NOT_RUN, all.map(({ place }) => place).join(', '));
});
