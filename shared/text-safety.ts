/**
 * Makes text safe to show on a terminal. [P-7] Dropped, per code point: C0 controls but LF and TAB, DEL, C1
 * controls (U+009B is a one-character CSI), and the bidirectional controls that can make text read other than
 * it is ("Trojan Source", CVE-2021-42574). What remains of an escape sequence is harmless letters.
 */
const UNSAFE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
const UNSAFE_ALL = new RegExp(UNSAFE, 'g');

/** Works on parts of a text as well as on the whole: no unsafe character spans two UTF-16 units. */
export function safeText(text: string): string {
  return UNSAFE.test(text) ? text.replaceAll(UNSAFE_ALL, '') : text;
}

/** `safeText` for text that has to stay on one line. */
export function safeLine(text: string): string {
  return safeText(text.replaceAll(/\s*[\n\u2028\u2029]\s*/g, ' '));
}
