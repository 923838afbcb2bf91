/** Where the chunk of the list begins. */
import { effect, untracked } from '@preact/signals';
import type { ComponentType } from 'preact';
import { SideList } from './components/side-list.tsx';
import { ListContext, type List, type ListOptions } from './context.ts';
import { ListStore } from './list-store.ts';
import './styles/list.css';

export function createList(options: ListOptions): ComponentType {
  const store = new ListStore(options.shell.line);
  effect(() => {
    const summary = options.summary.value;
    if (summary) untracked(() => store.take(summary));
  });
  const list: List = { ...options, store };
  return () => (
    <ListContext.Provider value={list}>
      <SideList />
    </ListContext.Provider>
  );
}
