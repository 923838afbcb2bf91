/**
 * [G-8] in docs/protocol.md.
 * What is left to whoever makes a request that asks a model. The server tells the gateway before anything
 * else that belongs to the request, and the gateway makes headers of it.
 */
import { z } from 'zod';

export const RATIONS_EVENT = 'request.rations';

export const Rations = z.object({
  /** Messages of the sliding window. `resetMs`: until all of them may be sent again. */
  requests: z.object({
    limit: z.int().nonnegative(),
    remaining: z.int().nonnegative(),
    resetMs: z.number().nonnegative(),
  }),
  /**
   * What the account was ever given and what it still has, in tokens of an answer by the default route.
   * Absent where tokens cost nothing, and for guests, who are given credits as they need them.
   */
  tokens: z.object({ limit: z.int().nonnegative(), remaining: z.int().nonnegative() }).optional(),
});

export type Rations = Readonly<z.output<typeof Rations>>;
