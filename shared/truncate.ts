/** Truncates input of peers before it is repeated to them: only enough to find it again. */
export const ECHO_LIMITS = { nameLength: 64, names: 8 } as const;

const TORN_PAIR = /[\uD800-\uDBFF]$/;

export function truncate(text: string, most: number = ECHO_LIMITS.nameLength): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(TORN_PAIR, '')}…`;
}

/** Each one truncated, and only a few of them. */
export function truncateList(names: readonly string[]): string[] {
  const shown = names.slice(0, ECHO_LIMITS.names).map((name) => truncate(name));
  return shown.length < names.length ? [...shown, '…'] : shown;
}
