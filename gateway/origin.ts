/**
 * [G-3] in docs/protocol.md.
 * Whether a page may open a WebSocket here (RFC 6455 §10.2). Browsers always send Origin; without it the
 * client is a program, which no foreign page can steer. With a list only its entries may, exactly; without
 * one only pages whose origin has the host and port that the request was addressed to.
 */
export function isOriginAllowed(
  origin: string | undefined,
  hostHeader: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowed.length > 0) return allowed.includes(origin);
  const page = URL.parse(origin);
  if (!page || page.origin !== origin || hostHeader === undefined) return false;
  // Read with the page's scheme, so that a default port may be written or left out.
  const target = URL.parse(`${page.protocol}//${hostHeader}`);
  return target !== null && target.origin === page.origin && !/[/?#@\\]/.test(hostHeader);
}
