/** Tests of a whole server on both databases. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { startPostgres, type TestPostgres } from '../../server/store/postgres.fixture.ts';
import type { DialectName } from '../../server/store/backend.ts';
import { LineClient } from './line-client.ts';
import { RpcClient } from './rpc-client.ts';
import { startTestServer, type TestServerOptions } from './test-server.ts';

export interface ServerPlace {
  readonly context: TestContext;
  readonly dialect: DialectName;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** The same data each time; a server that still runs is drained when the test ends. */
  readonly start: (options?: TestServerOptions) => ReturnType<typeof startTestServer>;
}

/** Tests send faster than people do. */
export const UNHURRIED = {
  RATE_MAX_MESSAGES: '100000',
  LIMIT_COMMANDS_PER_SECOND: '100000',
  LIMIT_COMMANDS_BURST: '100000',
  LIMIT_WORK_MS_PER_SECOND: '100000',
  LIMIT_WORK_MS_BURST: '100000',
};

type OnBothServers = (name: string, run: (place: ServerPlace) => Promise<void>) => void;

/** For a test file: one PostgreSQL cluster serves all of its tests. */
export function bothServers(): OnBothServers {
  let server: Promise<TestPostgres> | undefined;
  after(async () => (await server?.catch(() => undefined))?.stop());
  return (name, run) => {
    test(`${name} · SQLite`, async (context) => run(await newPlace(context, 'sqlite')));
    test(`${name} · PostgreSQL`, async (context) => {
      server ??= startPostgres();
      await run(await newPlace(context, 'postgres', await (await server).createDatabase()));
    });
  };
}

async function newPlace(
  context: TestContext,
  dialect: DialectName,
  databaseUrl?: string,
): Promise<ServerPlace> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-both-'));
  const servers: Awaited<ReturnType<typeof startTestServer>>[] = [];
  context.after(async () => {
    for (const server of servers) await server.drain();
    await rm(dataDir, { recursive: true, force: true });
  });
  const place = { DATA_DIR: dataDir, ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }) };
  return {
    context,
    dialect,
    dataDir,
    databaseUrl,
    async start(options = {}) {
      const environment = { ...UNHURRIED, ...place, ...options.environment };
      const server = await startTestServer({ ...options, environment });
      servers.push(server);
      return server;
    },
  };
}

/** A guest that comes back with its token; it acknowledges what it gets. */
export class GuestClient extends RpcClient {
  guestToken = '';

  /** The result without its number. */
  override async call(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const { seq, ...result } = await super.call(method, params);
    if (typeof seq === 'number' && method !== 'session.hello') this.notify('session.ack', { seq });
    return result;
  }
}

export async function guest({ port }: { readonly port: number }, guestToken?: string): Promise<GuestClient> {
  const client = new GuestClient(await LineClient.open(port));
  const more = guestToken === undefined ? {} : { guestToken };
  const greeting = await client.call('session.hello', { client: 'test', version: '1', ...more });
  client.guestToken = String(greeting['guestToken']);
  return client;
}
