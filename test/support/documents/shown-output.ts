/** Compares what a document shows of an output with what came. */

/** What is another one each time. In the order in which they are looked for. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/(?<=\bUser |\bUsuario-)\d+/g, '‹number›'],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/g, '‹id›'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?Z?)?/g, '‹time›'],
  [/\b[\da-f]{8}\+/g, '‹key›+'],
  [/(?:(?<![\w+/\\-])|(?<=\\n))[\w+/-]{20,}={0,2}/g, '‹token›'],
];
/** Also after a line end in JSON. */
const NUMBER = /(?:(?<![\w‹])|(?<=\\n))\d+(?:[.,]\d+)*/g;

export interface Strictness {
  /** Whether numbers have to be the same; a size or a time seldom is. */
  readonly isWithNumbers: boolean;
}

/** `…` in a line stands for anything in it, and a line that is nothing else for any number of lines. */
export function patternOf(shown: string, strictness: Strictness): RegExp {
  const lines = shapeOf(shown, strictness)
    .split('\n')
    .map((line) =>
      line === '…'
        ? '[^]*?'
        : line
            .split('…')
            .map((part) => RegExp.escape(part))
            .join('.*'),
    );
  return new RegExp(`^${lines.join('\\n').replaceAll('\\n[^]*?', '[^]*?')}$`, 'u');
}

/** The text with what varies left out. */
export function shapeOf(text: string, { isWithNumbers }: Strictness): string {
  const same = VARYING.reduce((result, [pattern, by]) => result.replaceAll(pattern, by), text);
  return isWithNumbers ? same : same.replaceAll(NUMBER, '#');
}

export function isShown(shown: string, actual: string, strictness: Strictness): boolean {
  return patternOf(shown.trim(), strictness).test(shapeOf(actual.trim(), strictness));
}
