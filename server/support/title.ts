/** The name of a conversation until someone gives it another: the first words said in it. */
const TITLE_CHARACTERS = 60;

export function titleOf(prompt: string): string {
  const line = prompt.slice(0, TITLE_CHARACTERS * 4).trimStart();
  const [first = ''] = line.split(/[\n\r]/, 1);
  const words = first.trim();
  if (words.length <= TITLE_CHARACTERS) return words.toWellFormed();
  const cut = words.slice(0, TITLE_CHARACTERS);
  const space = cut.lastIndexOf(' ');
  return `${(space > TITLE_CHARACTERS / 2 ? cut.slice(0, space) : cut.toWellFormed()).trimEnd()}…`;
}
