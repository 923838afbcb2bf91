/** One event of a stream of server-sent events, with its name. */
export function sseEvent(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export const SSE_TYPE = 'text/event-stream; charset=utf-8';
export const JSON_TYPE = 'application/json; charset=utf-8';

/** A comment. With an empty line after it, some clients would take it for an event without data. */
export const SSE_COMMENT = ': waiting\n';
