/** Where the chunk of the list begins. */
import { effect, signal, untracked } from '@preact/signals';
import type { ComponentType } from 'preact';
import { browserClock } from '../ui/browser-clock.ts';
import { SideList } from './components/side-list.tsx';
import { ListContext, type List, type ListOptions } from './context.ts';
import { ListStore } from './list-store.ts';
import { SearchStore } from './search-store.ts';
import './styles/list.css';

export function createList(options: ListOptions): ComponentType {
  const { changed, deleted } = options;
  const store = new ListStore(options.shell.line, { changed, deleted });
  const search = new SearchStore(options.shell.line, browserClock);
  effect(() => {
    const summary = options.summary.value;
    if (summary) untracked(() => store.take(summary));
  });
  effect(() => {
    if (options.stale.value > 0) void untracked(() => store.refresh());
  });
  const list: List = { ...options, store, search, asking: signal(undefined), renaming: signal(undefined) };
  return () => (
    <ListContext.Provider value={list}>
      <SideList />
    </ListContext.Provider>
  );
}
