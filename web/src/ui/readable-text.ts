import { safeText } from '../../../shared/text-safety.ts';

/** Every way to end a line, and what some texts use to end a page or a paragraph. */
const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

/**
 * A text as it is shown and copied: controls that could make it read other than it is are dropped, and
 * whatever separates lines becomes a line feed, so that no two words are joined.
 */
export function readableText(text: string): string {
  return safeText(text.replaceAll(LINE_ENDS, '\n'));
}
