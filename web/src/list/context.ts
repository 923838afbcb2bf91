import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Summary } from '../connection/summary.ts';
import type { Texts } from '../ui/i18n.ts';
import { useTexts, type Language, type Shell } from '../ui/shell.ts';
import type { Folder, ListStore } from './list-store.ts';
import type { SearchStore } from './search-store.ts';
import { LIST_EN } from './texts/en.ts';
import { LIST_ES } from './texts/es.ts';

export interface ListOptions {
  readonly shell: Pick<Shell, 'line'>;
  /** The conversation that is shown. */
  readonly current: ReadonlySignal<string | undefined>;
  /** Changes when conversations have come or gone that nobody told the list of. */
  readonly stale: ReadonlySignal<number>;
  /** What is newest about it. */
  readonly summary: ReadonlySignal<Summary | undefined>;
  /** The next message begins a conversation. */
  readonly begin: () => void;
  /** Begins one of which nothing is kept. */
  readonly beginTemporary: () => void;
  /** This window has changed or deleted one. */
  readonly changed: (summary: Summary) => void;
  readonly deleted: (conversation: string) => void;
}

export type Asked =
  | { readonly name: 'menu' | 'share' | 'delete'; readonly conversation: Summary }
  /** A new one when undefined. */
  | { readonly name: 'folder'; readonly folder: Folder | undefined };

/** What the parts of the list share. */
export interface List extends ListOptions {
  readonly store: ListStore;
  readonly search: SearchStore;
  /** The dialog that is open. */
  readonly asking: Signal<Asked | undefined>;
  /** The conversation whose title is being written. */
  readonly renaming: Signal<string | undefined>;
}

export const ListContext = createContext<List | undefined>(undefined);

export function useList(): List {
  const list = useContext(ListContext);
  if (!list) throw new Error('There is no list around this component');
  return list;
}

export type ListTextKey = keyof typeof LIST_EN;
export const LIST_TEXTS: Texts<ListTextKey> = { en: LIST_EN, es: LIST_ES };

export function useListTexts(): Language<ListTextKey> {
  return useTexts(LIST_TEXTS);
}
