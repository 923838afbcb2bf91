/**
 * The index of a day: `users/{userId}/{service}/history/{yyyy}/{mm}/{dd}.jsonl`. Any number of writers add to
 * it, each with a file of its own for each entry; one at a time folds them into the file of the day.
 */
import type { ArtifactStore } from './artifact-store.ts';
import { readWhole } from './artifact-store.ts';
import { indexDayKey, indexEntryKey, type IndexedRequest } from './request-keys.ts';

export const INDEX_TYPE = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

export interface IndexEntry {
  readonly id: string;
  readonly service: string;
  readonly createdAt: string;
  readonly status: string;
  /** The key of the record. */
  readonly record: string;
}

export function entryText(entry: IndexEntry): string {
  return JSON.stringify(entry);
}

/** Durable when it resolves; the day's file has it later. */
export async function addEntry(
  store: ArtifactStore,
  request: IndexedRequest,
  entry: IndexEntry,
): Promise<void> {
  await store.put(indexEntryKey(request), Buffer.from(entryText(entry)), JSON_TYPE);
}

/**
 * Folds all entries of a day, whoever wrote them. When a crash comes between its steps, the next time folds
 * the same entries again, and each is there once.
 */
export async function foldDay(store: ArtifactStore, day: Omit<IndexedRequest, 'id'>): Promise<void> {
  const key = indexDayKey(day);
  const keys: string[] = [];
  for await (const entry of store.list(key.replace(/\.jsonl$/, '/'))) keys.push(entry.key);
  if (keys.length === 0) return;
  const lines = await linesOf(store, key);
  for (const entry of keys.sort()) {
    const found = await store.get(entry);
    if (found) addLine(lines, (await readWhole(found)).toString());
  }
  await putLines(store, key, lines);
  for (const entry of keys) await store.delete(entry);
}

/** Neither as an entry nor in the day's file. */
export async function removeEntry(store: ArtifactStore, request: IndexedRequest): Promise<void> {
  await store.delete(indexEntryKey(request));
  const key = indexDayKey(request);
  const lines = await linesOf(store, key);
  if (!lines.delete(request.id)) return;
  if (lines.size === 0) await store.delete(key);
  else await putLines(store, key, lines);
}

/** By the id of the request. */
async function linesOf(store: ArtifactStore, key: string): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  const found = await store.get(key);
  if (found) for (const line of (await readWhole(found)).toString().split('\n')) addLine(lines, line);
  return lines;
}

function addLine(lines: Map<string, string>, line: string): void {
  if (line === '') return;
  const { id } = JSON.parse(line) as IndexEntry;
  lines.set(id, line);
}

async function putLines(store: ArtifactStore, key: string, lines: Map<string, string>): Promise<void> {
  await store.put(key, Buffer.from(`${[...lines.values()].join('\n')}\n`), INDEX_TYPE);
}
