/**
 * The notation of patterns, translated into the source of a regular expression: `( )` groups without
 * capturing, `< >` captures what is said back, `{name}` stands for a named pattern of the same file.
 * Everything else is a regular expression already. Throws an Error with a text for the file's editor.
 */
export function regExpSource(pattern: string, names: ReadonlyMap<string, string>): string {
  const source = pattern.replace(TOKEN, (token, name: string | undefined) => {
    if (name !== undefined) return named(name, names);
    return REPLACED[token] ?? token;
  });
  if (!isRegExp(source)) {
    throw new Error(`"${pattern}" is not a pattern: look for a bracket without its partner`);
  }
  return source;
}

/** Escapes, classes and lookarounds are left as they are; brackets and names are not. */
const TOKEN = /\\.|\[[^\]]*\]|\(\?<?[=!]|\{([a-z][a-z-]*)\}|[(<>]/gu;

const REPLACED: Readonly<Record<string, string>> = { '(': '(?:', '<': '(', '>': ')' };

function named(name: string, names: ReadonlyMap<string, string>): string {
  const source = names.get(name);
  if (source === undefined) throw new Error(`{${name}} is not among the names above`);
  return source;
}

function isRegExp(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== '';
  } catch {
    return false;
  }
}
