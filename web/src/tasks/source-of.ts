/** What somebody has written into the field for a text or an address; undefined when there is nothing. */
export function sourceOf(written: string): { text: string } | { url: string } | undefined {
  const trimmed = written.trim();
  if (trimmed === '') return undefined;
  const isAddress = /^https?:\/\/\S+$/i.test(trimmed) && URL.canParse(trimmed);
  return isAddress ? { url: trimmed } : { text: written };
}
