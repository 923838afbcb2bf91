/** Reads what node's --cpu-prof wrote: where the time went, by function. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface CpuProfile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
}

export interface Cost {
  /** `function path:line`, or the engine's own work in parentheses. */
  readonly place: string;
  /** Part of the samples that were not idle, in the function itself. */
  readonly part: number;
}

const ROOT = join(import.meta.dirname, '../..');
const NO_WORK: ReadonlySet<string> = new Set(['(idle)', '(program)', '(root)']);

/** The costliest functions of each profile in the directory, by file name. */
export async function readProfiles(directory: string, count: number): Promise<Map<string, Cost[]>> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.cpuprofile'));
  const costs = new Map<string, Cost[]>();
  for (const file of files) {
    const profile = JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile;
    costs.set(file, topCosts(profile, count));
  }
  return costs;
}

export function topCosts(profile: CpuProfile, count: number): Cost[] {
  const places = new Map(profile.nodes.map((node) => [node.id, placeOf(node)]));
  const samples = new Map<string, number>();
  let total = 0;
  for (const id of profile.samples) {
    const place = places.get(id) ?? '(unknown)';
    if (NO_WORK.has(place)) continue;
    total += 1;
    samples.set(place, (samples.get(place) ?? 0) + 1);
  }
  const sorted = [...samples].sort(([, a], [, b]) => b - a).slice(0, count);
  return sorted.map(([place, hits]) => ({ place, part: hits / total }));
}

function placeOf({ callFrame }: Node): string {
  const { functionName, url, lineNumber } = callFrame;
  if (!url) return functionName;
  const path = url.startsWith('file://') ? relative(ROOT, new URL(url).pathname) : url;
  return `${functionName || '(anonymous)'} ${path}:${lineNumber + 1}`;
}
