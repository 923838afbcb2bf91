/** The title of the section that holds a list: `pointTalk` is under `[point-talk]`. */
export function titleOf(list: string): string {
  return list.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}
