/** A server and a gateway with a provider of OpenID Connect, for tests of signing on. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readGatewayConfig } from '../../gateway/config.ts';
import { startGateway, type Gateway } from '../../gateway/main.ts';
import { systemClock } from '../../shared/clock.ts';
import { OPERATION_LIST } from '../../shared/operations/index.ts';
import { CLIENT, OidcIssuer, type OidcPerson, signOnFileOf } from './oidc-issuer.ts';
import { freePort } from './processes.ts';
import { RpcClient } from './rpc-client.ts';
import { startTestServer } from './test-server.ts';

export interface SignOnBench extends AsyncDisposable {
  readonly origin: string;
  readonly linePort: number;
  readonly issuer: OidcIssuer;
  readonly logged: readonly string[];
  readonly operator: RpcClient;
}

/** A server and a gateway with one provider, on terms that differ from the usual ones in `settings`. */
export async function startSignOn(
  settings: object = {},
  environment: Record<string, string> = {},
): Promise<SignOnBench> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const issuer = await OidcIssuer.start(origin);
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-sign-on-'));
  const file = join(dataDir, 'sign-on.json');
  await writeFile(file, signOnFileOf(issuer.url, settings));
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) });
  const server = await startTestServer({
    log,
    environment: {
      DATA_DIR: dataDir,
      SIGN_ON_FILE: file,
      PUBLIC_URL: `${origin}/`,
      COMPANY_SECRET: CLIENT.secret,
      ...environment,
    },
  });
  const gateway = await startGatewayAt(port, server.proxyPort, log);
  const operator = await RpcClient.open(server.port);
  const key = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await operator.call('session.authenticate', { key });
  return {
    origin,
    issuer,
    logged,
    operator,
    linePort: server.port,
    async [Symbol.asyncDispose]() {
      operator[Symbol.dispose]();
      await issuer.down();
      await gateway.close();
      await server.drain();
      await rm(dataDir, { recursive: true });
    },
  };
}

function startGatewayAt(port: number, proxyPort: number, log: pino.Logger): Promise<Gateway> {
  return startGateway(readGatewayConfig({ WS_PORT: String(port), TCP_PORT: String(proxyPort) }), {
    clock: systemClock,
    random: () => 0.5,
    log,
    operations: OPERATION_LIST,
    pageDirectory: '/nonexistent',
    descriptorLimit: 4_096,
  });
}

interface Step {
  readonly location: string;
  readonly cookies: Readonly<Record<string, string>>;
  readonly set: readonly string[];
}

export async function step(
  address: string | URL,
  cookies: Readonly<Record<string, string>> = {},
): Promise<Step> {
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  const response = await fetch(address, { redirect: 'manual', headers: { cookie: cookie.join('; ') } });
  assert.equal(response.status, 302, String(address));
  const set = response.headers.getSetCookie();
  const pairs = set.map((one) => (one.split(';')[0] ?? '').split(/=(.*)/s).slice(0, 2));
  return {
    location: new URL(response.headers.get('location') ?? '', address).href,
    cookies: Object.fromEntries(pairs) as Record<string, string>,
    set,
  };
}

/** Resolves with the address back here, and the cookies of the browser that has left. */
export async function leave(
  { origin, issuer }: SignOnBench,
  name: string,
  person: OidcPerson = {},
  query = '',
) {
  issuer.people.set(name, { email: `${name}@example.org`, email_verified: true, ...person });
  const begun = await step(`${origin}/sign-on/company${query}`);
  return { back: await issuer.authorize(begun.location, name), cookies: begun.cookies, begun };
}

export async function signOn(
  bench: SignOnBench,
  name: string,
  person: OidcPerson = {},
  query = '',
): Promise<Step> {
  const { back, cookies } = await leave(bench, name, person, query);
  return step(back, cookies);
}

/** As the page goes on after that. */
export async function userOf({ origin }: SignOnBench, { cookies }: Step) {
  const refreshed = await fetch(`${origin}/auth/refresh`, {
    method: 'POST',
    headers: {
      origin,
      'content-type': 'application/json',
      cookie: `hilo_refresh=${cookies['hilo_refresh']}`,
    },
    body: '{}',
  });
  assert.equal(refreshed.status, 200);
  const { accessToken } = (await refreshed.json()) as { accessToken: string };
  const headers = { authorization: `Bearer ${accessToken}` };
  const me = await fetch(`${origin}/users/me`, { headers });
  return { accessToken, ...((await me.json()) as { id: string; email: string; role: string; name: string }) };
}

export function faultOf({ location }: Step): string | null {
  return new URL(location).searchParams.get('fault');
}
