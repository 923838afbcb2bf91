/** What the label of a code block says of its language. */

/** Labels that name no language: nothing is loaded for them. */
const NO_LANGUAGE: ReadonlySet<string> = new Set([
  '',
  'text',
  'txt',
  'plain',
  'plaintext',
  'output',
  'none',
  'log',
  'csv',
]);

/** The first word of the label, as in "js title=main.js"; undefined if there is nothing to colour. */
export function languageOf(label: string): string | undefined {
  const [name = ''] = label
    .trim()
    .toLowerCase()
    .split(/[\s,{:]/);
  return NO_LANGUAGE.has(name) ? undefined : name;
}
