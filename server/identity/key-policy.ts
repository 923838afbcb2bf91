/** What an API key may do of what its user may. What is left out is not bounded. */
import type { KeyScope } from '../../shared/define-operation.ts';
import type { Budget } from '../store/team-schema.ts';

export interface KeyPolicy {
  readonly scopes?: readonly KeyScope[] | undefined;
  /** Ids of routes. */
  readonly routes?: readonly string[] | undefined;
  /** The id of a team that pays, or `own`; else its user has the choice. */
  readonly wallet?: string | undefined;
  readonly budget?: Budget | undefined;
  /** Messages in the window of the rate limit. */
  readonly rateMax?: number | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number | undefined;
}

/** What is left out stays; null takes a bound away. */
export type KeyPolicyChanges = {
  readonly [Name in keyof KeyPolicy]?: KeyPolicy[Name] | null;
};
