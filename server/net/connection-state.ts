/** The states of a connection, each with what it needs; the diagram is in connection.ts. */
import type { ProxyHeaderParser } from '../../shared/proxy-protocol.ts';
import type { Face } from '../protocol/face.ts';
import type { CloseReason } from '../support/close-reason.ts';
import type { LingeringClose } from './lingering-close.ts';

export interface Sniffing {
  readonly name: 'sniffing';
  readonly stopTimer: () => void;
  /** The bytes that came so far, while they do not decide the protocol yet. */
  held: Buffer;
}

export type State =
  | { readonly name: 'accepted' }
  | { readonly name: 'proxying'; readonly parser: ProxyHeaderParser }
  | Sniffing
  | { readonly name: 'talking'; readonly face: Face; readonly kind: 'text' | 'json' }
  | { readonly name: 'ending'; readonly reason: CloseReason; readonly lingeringClose: LingeringClose }
  | { readonly name: 'closed' };

export const LEGAL_CHANGES: Readonly<Record<State['name'], readonly State['name'][]>> = {
  accepted: ['proxying', 'sniffing'],
  proxying: ['sniffing', 'ending', 'closed'],
  sniffing: ['talking', 'ending', 'closed'],
  talking: ['talking', 'ending', 'closed'],
  ending: ['closed'],
  closed: [],
};
