/** What the page knows of a conversation without its messages. */
import { isRecord, textOf } from '../../../shared/client/message.ts';

export interface Summary {
  readonly id: string;
  /** Empty while it has none. */
  readonly title: string;
  readonly status: 'open' | 'closed' | 'archived';
  readonly isPinned: boolean;
  /** Empty when it is in none. */
  readonly folder: string;
  /** The model that was chosen for it; empty: that of the session. */
  readonly route: string;
  readonly persona: string;
  readonly updatedAtMs: number;
}

export function summaryOf(value: unknown): Summary | undefined {
  if (!isRecord(value) || textOf(value['id']) === '') return undefined;
  const { id, title, status, pinned, folder, route, persona, updatedAt } = value;
  return {
    id: textOf(id),
    title: textOf(title),
    status: status === 'closed' || status === 'archived' ? status : 'open',
    isPinned: pinned === true,
    folder: textOf(folder),
    route: textOf(route),
    persona: textOf(persona),
    updatedAtMs: Date.parse(textOf(updatedAt)) || 0,
  };
}
