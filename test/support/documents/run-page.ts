/** Runs the blocks of one page in their order, each by what its language says it is. */
import assert from 'node:assert/strict';
import { blocksOf, type Block } from './blocks.ts';
import { applySettings, askAsCodex, placeFile, settingsIn } from './check-settings.ts';
import { House, type Settings } from './house.ts';
import { runJsonRpc } from './run-json-rpc.ts';
import { runCaddy, runNginx } from './run-proxy.ts';
import { runConsole, runScript, runSession } from './run-shell.ts';

type Runner = (block: Block, house: House) => Promise<void>;

const RUNNERS: Readonly<Record<string, Runner>> = {
  sh: runScript,
  console: (block, house) => (block.directives.has('typed') ? runSession : runConsole)(block, house),
  'json-rpc': runJsonRpc,
  env: applySettings,
  nginx: runNginx,
  caddyfile: runCaddy,
  toml: askAsCodex,
};

/** Languages whose blocks need no server that runs. */
const AT_REST: readonly string[] = ['env'];

export interface PageRun {
  /** What the page takes for granted, such as people who have signed up. */
  readonly premise?: (house: House) => Promise<void>;
  readonly settings?: Settings;
  /** The database is in PostgreSQL. */
  readonly hasPostgres?: true;
  /** Fills the data directory before the first start. */
  readonly prepare?: (dataDir: string) => Promise<void>;
}

export interface NotRun {
  readonly place: string;
  readonly reason: string;
}

/** What of a page does not run, with the reason that the page gives. */
export function notRunIn(blocks: readonly Block[]): NotRun[] {
  return blocks.flatMap(({ place, directives }) => {
    const reason = directives.get('not run');
    return reason === undefined ? [] : [{ place, reason }];
  });
}

export async function runPage(
  path: string,
  markdown: string,
  options: PageRun & { readonly databaseUrl?: string | undefined } = {},
): Promise<void> {
  const blocks = blocksOf(path, markdown).filter(({ directives }) => !directives.has('not run'));
  for (const block of blocks) assert.ok(runnerOf(block), `${block.place}: nothing runs "${block.language}"`);
  if (blocks.length === 0) return;
  await using house = await House.open({ ...options, settings: leadingSettings(blocks, options) });
  await options.premise?.(house);
  for (const block of blocks) {
    if (block.directives.has('first')) await house.stop();
    else if (!AT_REST.includes(block.language)) await house.start();
    await runnerOf(block)?.(block, house);
  }
}

function runnerOf({ language, directives }: Block): Runner | undefined {
  if (directives.has('file') || directives.has('file of')) return placeFile;
  return Object.hasOwn(RUNNERS, language) ? RUNNERS[language] : undefined;
}

/** Settings at the top of a page hold before its first start: some cannot be changed after it. */
function leadingSettings(blocks: readonly Block[], { settings = {} }: PageRun): Settings {
  const first = blocks.findIndex(({ language }) => language !== 'env');
  const leading = blocks.slice(0, Math.max(first, 0));
  const asWritten = { substitute: (text: string) => text };
  return leading.reduce((all, block) => ({ ...all, ...settingsIn(block, asWritten) }), settings);
}
