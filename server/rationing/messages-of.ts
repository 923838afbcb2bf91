import type { Limits } from '../../shared/limits.ts';
import { isUserOwner } from '../identity/user.ts';

/** How many messages an owner may send in a window: users may send more than guests. */
export function messagesOf(limits: Limits, owner: string): number {
  return isUserOwner(owner) ? limits.messagesPerWindowUser : limits.messagesPerWindow;
}
