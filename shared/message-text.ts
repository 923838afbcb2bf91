/** Not blank: no control, nothing that Unicode ignores (zero width, fillers), no empty Braille cell. */
const VISIBLE = /[^\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether a reader could see any of it. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/**
 * A message as it is sent, stored and committed to: blank lines before it and white space after it are left
 * out, the indentation of its first line is kept. Empty when there is nothing to see in it.
 */
export function messageText(written: string): string {
  if (!isVisible(written)) return '';
  return written.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}
