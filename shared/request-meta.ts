/**
 * [G-8] in docs/protocol.md.
 * What the gateway tells of an HTTP client with each of its requests, as the top-level member `meta`.
 */
import { z } from 'zod';
import { isAddress } from './ip-address.ts';
import { LOCALES } from './locale.ts';
import { TRACEPARENT } from './traceparent.ts';

export const META_LIMITS = { authorizationCharacters: 4_096, userAgentCharacters: 256 } as const;

/** Nothing that could break a header or a line of a log. */
export const REQUEST_ID = /^[\w.:/@+=-]{1,128}$/;

export const RequestMeta = z.strictObject({
  /** The client's own address: limits, and guests without a token, go by it. */
  address: z.string().refine(isAddress),
  /** The header of that name. */
  authorization: z.string().max(META_LIMITS.authorizationCharacters).optional(),
  /** Names the request in the logs of both processes, and in the answer. */
  requestId: z.string().regex(REQUEST_ID).optional(),
  userAgent: z.string().max(META_LIMITS.userAgentCharacters).optional(),
  locale: z.enum(LOCALES).optional(),
  /** The header of that name. */
  traceparent: z.string().regex(TRACEPARENT).optional(),
});

export type RequestMeta = Readonly<z.output<typeof RequestMeta>>;
