/** What peers wrote, before it is said back to them: they get no more than what finds it again. */
export const ECHO_LIMITS = { nameLength: 64, names: 8 } as const;

const TORN_PAIR = /[\uD800-\uDBFF]$/;

export function truncate(text: string, most: number = ECHO_LIMITS.nameLength): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(TORN_PAIR, '')}…`;
}

/** Each of them short, and not more than a few. */
export function truncateList(names: readonly string[]): string[] {
  const shown = names.slice(0, ECHO_LIMITS.names).map((name) => truncate(name));
  return shown.length < names.length ? [...shown, '…'] : shown;
}
