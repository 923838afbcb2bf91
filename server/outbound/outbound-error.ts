/** Why a request outwards failed, in words that its callers can turn into errors of their own. */

export type OutboundFault =
  /** Not an http or https URL, or one with a user or password. */
  | 'url'
  /** A port that the operator has not opened. */
  | 'port'
  /** No such name, or it leads to an address that is not public: the two are told apart only in the log. */
  | 'address'
  | 'unreachable'
  | 'timeout'
  | 'too_large'
  /** More redirects than are followed, or one without a target. */
  | 'redirects'
  /** Not HTTP, a body that was cut off, or one in a coding that was not asked for. */
  | 'protocol'
  /** Through the signal of the caller. */
  | 'aborted';

export class OutboundError extends Error {
  readonly fault: OutboundFault;

  /** The message is for the log: it may tell what is in the network of the operator. */
  constructor(fault: OutboundFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'OutboundError';
    this.fault = fault;
  }
}
