/** The arrow keys lead through the rows, as in any list. */
export function moveFocus(event: KeyboardEvent): void {
  const { key, currentTarget, target } = event;
  if (!(currentTarget instanceof HTMLElement) || !(target instanceof HTMLElement)) return;
  if (!target.matches('.row-link')) return;
  const rows = [...currentTarget.querySelectorAll<HTMLElement>('.row-link')];
  const to = placeFor(key, rows.indexOf(target), rows.length);
  if (to === undefined) return;
  event.preventDefault();
  rows[to]?.focus();
}

/** Undefined for a key that leads nowhere. */
export function placeFor(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, at + 1);
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
