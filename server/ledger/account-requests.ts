/** What can be asked of the accounts, and what comes back. */
import type { ExchangeFacts } from './account-entries.ts';
import type { RenewalShares, RenewalTerms } from './renewal.ts';
import type { Reserved } from './reservations.ts';

export interface GrantRequest {
  account: string;
  amount: number;
  id: string;
  by: string;
  reason: string;
}

export interface HoldRequest {
  account: string;
  amount: number;
  id: string;
  /** How long the hold may stay open before `expireDue` ends it; as long as it takes when left out. */
  ttlMs?: number;
}

export interface RenewRequest extends RenewalTerms {
  account: string;
  id: string;
  by: string;
  /** What period has begun, for people. */
  period: string;
  /** When it ends, in milliseconds since 1970. */
  until: number;
}

export interface ChargeRequest {
  id: string;
  /** What the call cost. Never more than was set aside or held is charged. */
  charge: number;
  exchange: ExchangeFacts;
  /** Without it the open hold with this id is charged. */
  reserved?: Reserved;
  /** Of a charge of a hold: as much of its rest is held on, under a new id, in the same block. */
  next?: { id: string; amount: number };
}

export interface RefundRequest {
  id: string;
  /** Index of the charge that is paid back, in whole or in part. */
  charge: number;
  amount: number;
  by: string;
  reason: string;
}

export interface EraseRequest {
  account: string;
  id: string;
  /** Index of the exchange whose content was deleted; all of the account's content when left out. */
  exchange?: number;
  by: string;
  reason: string;
}

export interface Done {
  /** Index of the entry, by which `receipt` finds it. */
  index: number;
  /** What the account could spend when the entry was decided. */
  balance: number;
}

export type Renewed = Done & RenewalShares;

export interface Charged extends Done {
  charged: number;
}
