import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** When an element goes that has the focus, the focus goes on to another one instead of being lost. */
export function useFocusHeir(part: RefObject<HTMLElement | null>, focusHeir: () => void): void {
  useLayoutEffect(() => {
    const element = part.current;
    return () => {
      if (element?.contains(document.activeElement)) focusHeir();
    };
  }, []);
}
