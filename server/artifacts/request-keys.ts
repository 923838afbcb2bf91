/** Where the files of a request are; all times are UTC. */

/** Of the folder of a request, with the slash at its end. */
export function requestFolder(id: string, createdAt: number): string {
  return `requests/${dayOf(createdAt)}/${id}/`;
}

/** Of the request that a file belongs to; empty for what is no key of one. */
export function requestIdOf(key: string): string {
  return /^requests\/\d{4}\/\d\d\/\d\d\/([\w-]+)\//.exec(key)?.[1] ?? '';
}

export function messageKey(session: string, createdAt: number, id: string): string {
  return `sessions/${session}/messages/${createdAt}-${id}.json`;
}

export function stateKey(session: string): string {
  return `sessions/${session}/state.json`;
}

export interface IndexedRequest {
  readonly id: string;
  readonly service: string;
  readonly home: string;
  readonly createdAt: number;
}

/** S3 cannot append: each entry is a file of its own until it is folded into that of its day. */
export function indexEntryKey({ id, ...request }: IndexedRequest): string {
  return `${indexDay(request)}/${id}.json`;
}

export function indexDayKey(request: Omit<IndexedRequest, 'id'>): string {
  return `${indexDay(request)}.jsonl`;
}

/** The name of an owner in keys: a user's is the id alone. */
export function homeOf(owner: string): string {
  const [kind = '', ...rest] = owner.split(':');
  const name = kind === 'user' ? rest.join('-') : [kind, ...rest].join('-');
  return name.replaceAll(/[^\w-]/g, '-') || 'nobody';
}

function indexDay({ service, home, createdAt }: Omit<IndexedRequest, 'id'>): string {
  return `users/${home}/${service}/history/${dayOf(createdAt)}`;
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '/');
}
