/** By when something was last said, as the reader's calendar counts days. */
import type { Summary } from '../connection/summary.ts';

export const GROUPS = ['pinned', 'today', 'yesterday', 'week', 'older'] as const;
export type GroupName = (typeof GROUPS)[number];

export interface Group {
  readonly name: GroupName;
  readonly conversations: readonly Summary[];
}

/** Those that have something in them, in their order. */
export function groupsOf(conversations: readonly Summary[], nowMs: number): Group[] {
  const [today, yesterday, week] = [0, 1, 7].map((days) => midnightMs(nowMs, days));
  const nameOf = ({ isPinned, updatedAtMs }: Summary): GroupName => {
    if (isPinned) return 'pinned';
    if (updatedAtMs >= (today ?? 0)) return 'today';
    if (updatedAtMs >= (yesterday ?? 0)) return 'yesterday';
    return updatedAtMs >= (week ?? 0) ? 'week' : 'older';
  };
  const groups = GROUPS.map((name) => ({
    name,
    conversations: conversations.filter((one) => nameOf(one) === name),
  }));
  return groups.filter((group) => group.conversations.length > 0);
}

/** When the day began that was so many days ago; a day of a change of clocks is shorter or longer. */
function midnightMs(nowMs: number, daysAgo: number): number {
  const date = new Date(nowMs);
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() - daysAgo);
  return date.getTime();
}
