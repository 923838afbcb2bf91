/** The proxy between us and a model server, as the environment of a process names it everywhere. */

export interface ProxySettings {
  readonly httpProxy: string;
  /** For `https:`; the same as `httpProxy` when empty. */
  readonly httpsProxy: string;
  /** Hosts that are reached without it, with commas between them. */
  readonly noProxy: string;
}

/** A model server on this machine is not behind a proxy, even if the environment does not say so. */
const NEVER_PROXIED = 'localhost,127.0.0.1,::1';

/**
 * From HTTP_PROXY, HTTPS_PROXY and NO_PROXY; as in curl, the names in lower case come first, and a proxy may
 * lack its `http://`. Throws for a proxy that is not a URL.
 */
export function proxySettings(environment: Readonly<Record<string, string | undefined>>): ProxySettings {
  const read = (name: string): string => environment[name.toLowerCase()] ?? environment[name] ?? '';
  const noProxy = read('NO_PROXY');
  return {
    httpProxy: proxyUrl('HTTP_PROXY', read('HTTP_PROXY')),
    httpsProxy: proxyUrl('HTTPS_PROXY', read('HTTPS_PROXY')),
    noProxy: noProxy === '' ? NEVER_PROXIED : `${noProxy},${NEVER_PROXIED}`,
  };
}

function proxyUrl(name: string, value: string): string {
  const text = value.trim();
  if (text === '') return '';
  const url = /^[a-z][a-z0-9+.-]*:\/\//iu.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url)) throw new Error(`${name} is not a URL`);
  return url;
}
