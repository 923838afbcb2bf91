/** Which tests execute a file: those that import it, directly or by way of others. */
import { dirname, basename } from 'node:path';
import { isPath, resolved, type Import } from '../support/imports.ts';

/** They start processes and browsers, and some need the built page: `--tests` can name them. */
const E2E = 'test/e2e/';

/** Nearest first; of equally near ones, those that stand beside the file come first. */
export function testsOf(path: string, imports: readonly Import[]): string[] {
  const importers = new Map<string, Set<string>>();
  for (const { source, target, isType } of imports) {
    if (isType || !isPath(target)) continue;
    const imported = resolved(source.path, target);
    importers.set(imported, (importers.get(imported) ?? new Set()).add(source.path));
  }
  const distances = new Map([[path, 0]]);
  for (const [reached, distance] of distances) {
    for (const next of importers.get(reached) ?? []) {
      if (!distances.has(next)) distances.set(next, distance + 1);
    }
  }
  const rank = (test: string) => (distances.get(test) ?? 0) * 3 + strangeness(test, path);
  const tests = [...distances.keys()].filter((each) => each.endsWith('.test.ts') && !each.startsWith(E2E));
  return tests.sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

/** Whether a test needs a database server, which is started once for all runs. */
export function reaches(tests: readonly string[], path: string, imports: readonly Import[]): boolean {
  const ofPath = new Set(testsOf(path, imports));
  return tests.some((test) => ofPath.has(test));
}

function strangeness(test: string, path: string): number {
  const name = basename(path, '.ts');
  if (basename(test) === `${name}.test.ts`) return 0;
  return dirname(test) === dirname(path) ? 1 : 2;
}
