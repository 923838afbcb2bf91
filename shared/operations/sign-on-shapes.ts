/** Shapes of signing on with other providers. */
import { z } from 'zod';

export const SIGN_ON_OPERATION_LIMITS = {
  ticketCharactersMax: 1_000,
  callbackCharactersMax: 6_000,
  idTokenCharactersMax: 8_000,
} as const;

/** Of a provider in the operator's file. */
export const IssuerId = z.string().min(1).max(40);
/** Opaque to whoever keeps it. */
export const Ticket = z.string().min(1).max(SIGN_ON_OPERATION_LIMITS.ticketCharactersMax);
