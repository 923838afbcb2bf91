/** Keeps who the visitor is as a guest, for every window of this browser. */
import type { ConnectionEvents, KnownGuest } from '../../../shared/client/session-contract.ts';

export const GUEST_KEY = 'hilo.guest';

export interface GuestKeeper {
  known(): KnownGuest;
  /** The token is kept before anything else is done with a new session. */
  keeping(events: ConnectionEvents): ConnectionEvents;
}

export function guestKeeper(values: Pick<Storage, 'getItem' | 'setItem'>): GuestKeeper {
  // Where the browser has no room, the visitor stays this guest until the page is closed.
  let own: string | undefined;
  return {
    known() {
      const guestToken = values.getItem(GUEST_KEY) ?? own;
      return guestToken === undefined ? {} : { guestToken };
    },
    keeping: (events) => ({
      ...events,
      sessionStarted(start) {
        own = start.guestToken ?? own;
        if (start.guestToken !== undefined) write(values, start.guestToken);
        events.sessionStarted(start);
      },
    }),
  };
}

function write(values: Pick<Storage, 'setItem'>, guestToken: string): void {
  try {
    values.setItem(GUEST_KEY, guestToken);
  } catch {
    // The browser has no room, or forbids it.
  }
}
