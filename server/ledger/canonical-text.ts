import { explainEntry, formatEntry, isEntryText } from '../../shared/ledger/entry-text.ts';
import type { Entry } from '../../shared/ledger/entries.ts';

/** The canonical text, checked with the pattern of the readers before anything depends on it. */
export function canonicalText(entry: Entry): string {
  const text = formatEntry(entry);
  if (!isEntryText(text, entry.type)) throw new TypeError(`Not an entry: ${explainEntry(entry)}`);
  return text;
}
