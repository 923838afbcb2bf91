/** The list beside the page: at its left where there is room, else a drawer over it. */
import { effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { KeyValues } from './browser-values.ts';

const KEY = 'hilo.side';
/** As in styles/side.css. */
const NARROW = '(max-width: 60rem)';

export interface Side {
  readonly isNarrow: ReadonlySignal<boolean>;
  /** At the left; remembered. */
  readonly isFolded: Signal<boolean>;
  /** Over the page. */
  readonly isDrawn: Signal<boolean>;
}

export function createSide(values: KeyValues, match: (query: string) => MediaQueryList): Side {
  const narrow = match(NARROW);
  const isNarrow = signal(narrow.matches);
  const isFolded = signal(values.getItem(KEY) === 'folded');
  const isDrawn = signal(false);
  narrow.addEventListener('change', () => {
    isDrawn.value = false;
    isNarrow.value = narrow.matches;
  });
  effect(() => {
    const kept = isFolded.value ? 'folded' : 'open';
    try {
      values.setItem(KEY, kept);
    } catch {
      // Without storage the choice holds for as long as the page is open.
    }
  });
  return { isNarrow, isFolded, isDrawn };
}

export function isShown({ isNarrow, isFolded, isDrawn }: Side): boolean {
  return isNarrow.value ? isDrawn.value : !isFolded.value;
}
