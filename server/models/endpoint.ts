/** Where a model server is, from a base URL as people write it. */

/** The path of an operation, with which a pasted address may end. */
const OPERATIONS = {
  openai: [
    '/chat/completions',
    '/completions',
    '/responses',
    '/embeddings',
    '/images/generations',
    '/models',
  ],
  ollama: ['/api/chat', '/api/generate', '/api/tags', '/api/version', '/api/embed', '/api', '/v1'],
} as const;

export class Endpoint {
  readonly #base: URL;
  readonly #path: string;
  /** From `user:password@` in the URL. */
  readonly authorization: string | undefined;

  /**
   * `baseUrl` may have a path, which comes before that of the operation, a query, which comes after it
   * (Azure's `?api-version=`), a user and password, and may be the address of one operation. Throws
   * `TypeError` for what is not a URL.
   */
  constructor(baseUrl: string, dialect: keyof typeof OPERATIONS) {
    const url = new URL(baseUrl.trim());
    this.authorization = basicAuthorization(url);
    url.username = '';
    url.password = '';
    url.hash = '';
    this.#base = url;
    this.#path = withoutOperation(url.pathname.replace(/\/+$/u, ''), OPERATIONS[dialect]);
  }

  /** The URL of an operation; `path` begins with `/`. */
  url(path: string): string {
    return `${this.#base.origin}${this.#path}${path}${this.#base.search}`;
  }
}

function withoutOperation(path: string, operations: readonly string[]): string {
  const operation = operations.find((each) => path.endsWith(each));
  return operation === undefined ? path : path.slice(0, -operation.length);
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const credentials = `${decode(username)}:${decode(password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

/** A `%` that does not begin an escape is taken literally. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
