import type { Limits } from '../../shared/limits.ts';
import { maxOfKey } from './take-places.ts';
import { isUserOwner } from '../identity/user.ts';

/** How many messages an owner may send in a window: users may send more than guests. */
export function messagesOf(limits: Limits, owner: string): number {
  const ofKey = maxOfKey(owner);
  if (ofKey !== undefined) return ofKey;
  return isUserOwner(owner) ? limits.messagesPerWindowUser : limits.messagesPerWindow;
}
