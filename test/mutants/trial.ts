/**
 * Gives a copy of the project one fault after the other, and asks the tests each time whether they notice.
 * The project itself is only read.
 */
import { cp, mkdtemp, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withFault, type Fault } from './faults.ts';
import { runTest, type Outcome } from './run-test.ts';

export type Verdict =
  { readonly kind: 'noticed' | 'by hang'; readonly test: string } | { readonly kind: 'survived' };

export interface TrialOptions {
  readonly root: string;
  /** The file that gets the faults, and its text without one. */
  readonly path: string;
  readonly text: string;
  readonly faults: readonly Fault[];
  /** In the order in which they are asked. */
  readonly tests: readonly string[];
  /** Copies of the project, each with one test at a time. */
  readonly copies: number;
  /** Where the copies are made; nothing of them is left. */
  readonly scratch: string;
  /** Longest time of a test with a fault, beside what it takes without one. */
  readonly hangMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** A test that fails or is too slow without a fault is not asked. */
  readonly onUnfit: (test: string, outcome: Outcome) => void;
  readonly onVerdict: (fault: Fault, verdict: Verdict) => void;
}

interface FitTest {
  readonly file: string;
  readonly limitMs: number;
}

/** Without a fault, a test that takes longer is not asked. */
const TEST_MS_MAX = 60_000;
/** Other work on the machine must not look like a hang. */
const HANG_FACTOR = 5;

/** Installed, built, or written while running: tests find the first by a link. */
const NOT_COPIED = ['node_modules', 'dist', 'data', 'reports', 'coverage', '.git'];

/** Throws when no test is left to be asked, or when it is aborted. */
export async function tryFaults(options: TrialOptions): Promise<void> {
  const folder = await mkdtemp(join(options.scratch, 'hilo-mutants-'));
  try {
    const copies = await Promise.all(
      Array.from({ length: options.copies }, (_, index) => copyOf(options.root, join(folder, String(index)))),
    );
    const tests = await fitTests(options, copies);
    if (tests.length === 0) throw new Error(`No test of ${options.path} passes without a fault`);
    await shareOut(options.faults, copies, async (fault, copy) => {
      options.onVerdict(fault, await verdictOn(fault, copy, tests, options));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyOf(root: string, folder: string): Promise<string> {
  await cp(root, folder, { recursive: true, filter: (path) => !NOT_COPIED.includes(basename(path)) });
  await mkdir(join(folder, 'data/tmp'), { recursive: true });
  for (const modules of ['node_modules', 'web/node_modules']) {
    if (existsSync(join(root, modules))) await symlink(join(root, modules), join(folder, modules));
  }
  return folder;
}

async function fitTests(options: TrialOptions, copies: readonly string[]): Promise<FitTest[]> {
  const fit = new Map<string, FitTest>();
  await shareOut(options.tests, copies, async (file, copy) => {
    const startedMs = performance.now();
    const outcome = await run(options, copy, { file, limitMs: TEST_MS_MAX });
    const limitMs = options.hangMs + (performance.now() - startedMs) * HANG_FACTOR;
    if (outcome === 'passed') fit.set(file, { file, limitMs });
    else options.onUnfit(file, outcome);
  });
  return options.tests.flatMap((file) => fit.get(file) ?? []);
}

async function verdictOn(
  fault: Fault,
  copy: string,
  tests: readonly FitTest[],
  options: TrialOptions,
): Promise<Verdict> {
  await writeFile(join(copy, options.path), withFault(options.text, fault));
  try {
    for (const test of tests) {
      const outcome = await run(options, copy, test);
      if (outcome === 'failed') return { kind: 'noticed', test: test.file };
      if (outcome === 'hung') return { kind: 'by hang', test: test.file };
    }
    return { kind: 'survived' };
  } finally {
    await writeFile(join(copy, options.path), options.text);
  }
}

function run({ environment, signal }: TrialOptions, root: string, test: FitTest): Promise<Outcome> {
  const own = { TMPDIR: join(root, 'data/tmp'), NODE_COMPILE_CACHE: join(root, 'data/compiled') };
  return runTest({ ...test, root, environment: { ...own, ...environment }, signal });
}

/** Each copy takes the next item when it is done with its last one. After an error, none takes another. */
async function shareOut<Item>(
  items: readonly Item[],
  copies: readonly string[],
  handle: (item: Item, copy: string) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const ends = await Promise.allSettled(
    copies.map(async (copy) => {
      try {
        for (let item = left.shift(); item !== undefined; item = left.shift()) await handle(item, copy);
      } finally {
        left.length = 0;
      }
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
