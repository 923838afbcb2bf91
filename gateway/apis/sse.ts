/** One event of a stream of server-sent events, with its name. */
export function sseEvent(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export const SSE_TYPE = 'text/event-stream; charset=utf-8';
export const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * A comment without an empty line after it: one that is followed by an empty line makes clients parse an event
 * without data.
 */
export const SSE_COMMENT = ': waiting\n';
