/** The file `.env`, read by every process in the same way. */
import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { EnvironmentError } from './environment.ts';
import { decodeText } from './text-file.ts';

/**
 * Adds what the file sets and the environment does not. Without a file nothing happens; one that cannot be
 * read throws `EnvironmentError`.
 */
export function loadEnvironmentFile(path: string, environment: Record<string, string | undefined>): void {
  const text = readTextFile(path);
  for (const [name, value] of Object.entries(text === undefined ? {} : parseEnvironment(text))) {
    environment[name] ??= value;
  }
}

/**
 * As dotenv reads it, but for `#`: in a value without quotes it begins a comment only after a space, so that
 * `KEY=ab#cd` keeps all of it.
 */
export function parseEnvironment(text: string): Record<string, string> {
  const quoted = text.replaceAll(UNQUOTED, (line, start: string, rest: string) => {
    const value = rest.replace(/\s+#.*$/, '').trimEnd();
    const quote = QUOTES.find((each) => !value.includes(each));
    return value.includes('#') && quote !== undefined ? `${start}${quote}${value}${quote}` : line;
  });
  return parse(quoted);
}

const UNQUOTED = /^([^\S\n]*(?:export[^\S\n]+)?[\w.-]+[^\S\n]*=[^\S\n]*)([^\s'"`#][^\r\n]*)$/gm;
const QUOTES = ["'", '"', '`'] as const;

function readTextFile(path: string): string | undefined {
  const expected = 'a file in UTF-8, or in UTF-16 with a byte order mark';
  const fault = (found: string) => new EnvironmentError([{ name: path, expected, found }]);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw fault(code === 'EISDIR' ? 'a directory' : `one that cannot be read (${code})`);
  }
  const text = decodeText(bytes);
  if (text === undefined) throw fault('another encoding');
  return text;
}
