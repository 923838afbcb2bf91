import type { ConnectionState } from '../../../shared/client/session-contract.ts';

/** The states of the connection that a reader can distinguish. */
export type StatusLook = 'connecting' | 'ready' | 'resumed' | 'waiting' | 'draining' | 'ended';

export function lookOf(state: ConnectionState, resumed: boolean): StatusLook {
  switch (state.name) {
    case 'idle':
    case 'connecting':
    case 'greeting':
      return 'connecting';
    case 'ready':
      if (state.draining) return 'draining';
      return resumed ? 'resumed' : 'ready';
    case 'waiting':
      return 'waiting';
    case 'ended':
      return 'ended';
  }
}
