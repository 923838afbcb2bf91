/** What fields for messages have in common. */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** The keys on a touch screen have no other way to break a line; a button sends. */
export function isTouch(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches;
}

/**
 * Browsers that know `field-sizing` grow the field by themselves; the style sheet bounds it to eight lines.
 */
export function useGrowth(field: RefObject<HTMLTextAreaElement | null>, draft: string): void {
  useLayoutEffect(() => {
    if (!field.current || CSS.supports('field-sizing', 'content')) return;
    field.current.style.height = 'auto';
    field.current.style.height = `${field.current.scrollHeight}px`;
  }, [draft]);
}
