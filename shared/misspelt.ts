/** Finds misspelt settings, which would otherwise be ignored without a warning. */

export interface Misspelt {
  readonly name: string;
  /** The setting whose name is nearest. */
  readonly nearest: string;
}

/** Names in `given` that are very near to one in `known`. Those in `foreign` belong to other programs. */
export function misspeltSettings(
  given: Iterable<string>,
  known: readonly string[],
  foreign: readonly string[],
): Misspelt[] {
  const others = new Set([...known, ...foreign]);
  return [...given].flatMap((name) => {
    if (others.has(name) || name.length < NAME_LENGTH_MIN || name.length > NAME_LENGTH_MAX) return [];
    const nearest = known.find((setting) => isNear(name.toUpperCase(), setting));
    return nearest === undefined ? [] : [{ name, nearest }];
  });
}

/** Shorter names are often similar by chance. */
const NAME_LENGTH_MIN = 7;
const NAME_LENGTH_MAX = 100;
/** In names of this length and more, two mistakes still show what was meant. */
const TWO_MISTAKES_LENGTH = 10;

function isNear(name: string, setting: string): boolean {
  const most = setting.length < TWO_MISTAKES_LENGTH ? 1 : 2;
  return Math.abs(name.length - setting.length) <= most && distance(name, setting) <= most;
}

/** Letters to add, leave out, replace or swap with their neighbour (optimal string alignment). */
function distance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const replaced = (last[j - 1] ?? 0) + (isSame ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swapped = isSwapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last[other.length] ?? 0;
}
