/**
 * A message as it is sent, stored and committed to: blank lines before it and white space after it are left
 * out, the indentation of its first line is kept. Empty when no character is left.
 */
export function messageText(written: string): string {
  return written.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}
