import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** When the focused element is removed, the focus moves to another element instead of being lost. */
export function useFocusHeir(part: RefObject<HTMLElement | null>, focusHeir: () => void): void {
  useLayoutEffect(() => {
    const element = part.current;
    return () => {
      if (element?.contains(document.activeElement)) focusHeir();
    };
  }, []);
}
