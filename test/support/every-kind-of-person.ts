/** One of everybody who can ask a server, for tests of who may do what. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY_SCOPES, type KeyScope, type Operation } from '../../shared/define-operation.ts';
import { RpcClient } from './rpc-client.ts';
import { EchoProvider, providersOf } from './scripted-provider.ts';
import { startTestServer } from './test-server.ts';

const PASSWORD = 'nobody else says this';

/** The team of `member` and `manager`. */
export const TEAM = 'matrix';

type BoundKey = `key:${KeyScope}`;
const BOUND_KEYS = KEY_SCOPES.map((scope): BoundKey => `key:${scope}`);

/** `key` has no bounds; the others have one scope each, of the manager; `key:admin` is an administrator's. */
export const WHO = [
  'visitor',
  'guest',
  'user',
  'member',
  'manager',
  'key',
  ...BOUND_KEYS,
  'inactive',
  'admin',
  'operator',
] as const;
export type Who = (typeof WHO)[number];

export const RANK = { public: 0, anonymous: 1, user: 2, admin: 3 } as const;

/** An inactive user's session is a guest's: the token is refused. */
export const ACCESS: Readonly<Record<Who, Operation['access']>> = {
  visitor: 'public',
  guest: 'anonymous',
  inactive: 'anonymous',
  user: 'user',
  member: 'user',
  manager: 'user',
  key: 'user',
  'key:chat': 'user',
  'key:models': 'user',
  'key:jobs': 'user',
  'key:usage': 'user',
  'key:admin': 'admin',
  admin: 'admin',
  operator: 'admin',
};

/** The scope of the key, where it has one. */
export function scopeOf(who: Who): string | undefined {
  return who.startsWith('key:') ? who.slice('key:'.length) : undefined;
}

type Server = Awaited<ReturnType<typeof startTestServer>>;

export class EveryKindOfPerson {
  readonly adminKey: string;
  readonly #open: Server;
  readonly #closed: Server;
  readonly #dataDir: string;
  readonly #keys: Partial<Record<Who, string>> = {};

  private constructor(open: Server, closed: Server, { dataDir = '', adminKey = '' }) {
    this.#open = open;
    this.#closed = closed;
    this.#dataDir = dataDir;
    this.adminKey = adminKey;
  }

  static async start(): Promise<EveryKindOfPerson> {
    const dataDir = await mkdtemp(join(tmpdir(), 'hilo-authorisation-'));
    const providers = providersOf(new EchoProvider());
    const prices = { MODEL_PRICES: '{"*":{"input":1,"output":1}}' };
    const limits = { RATE_MAX_MESSAGES: '10000', RATE_MAX_MESSAGES_USER: '10000' };
    const environment = { DATA_DIR: dataDir, ...prices, ...limits };
    const open = await startTestServer({ providers, environment });
    const closed = await startTestServer({ providers, environment: { ALLOW_ANONYMOUS: 'false' } });
    const adminKey = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
    const all = new EveryKindOfPerson(open, closed, { dataDir, adminKey });
    try {
      await all.#registerAll();
    } catch (thrown) {
      await all.end();
      throw thrown;
    }
    return all;
  }

  async #registerAll(): Promise<void> {
    const keys = this.#keys;
    await this.asOperator('teams.create', { name: TEAM });
    keys.user = (await this.register('user')).token;
    keys.key = await this.#keyOf(keys.user, {});
    for (const role of ['member', 'manager'] as const) {
      for (const name of [`${role}-auth`, role]) {
        const { id, token } = await this.register(name);
        await this.asOperator('teams.setMember', { team: TEAM, user: id, role });
        keys[role] = token;
      }
    }
    for (const name of ['admin', 'admin-auth']) {
      const { id } = await this.register(name);
      await this.asOperator('users.setRole', { user: id, role: 'admin' });
    }
    keys.admin = (await this.logIn('admin')).token;
    for (const scope of KEY_SCOPES) {
      keys[`key:${scope}`] = await this.#keyOf(scope === 'admin' ? keys.admin : keys.manager, {
        scopes: [scope],
      });
    }
    await this.register('user-auth');
    const inactive = await this.register('inactive');
    await this.asOperator('users.setActive', { user: inactive.id, active: false });
    keys.inactive = inactive.token;
  }

  async #keyOf(token: string | undefined, bounds: object): Promise<string> {
    return this.as(token, async (client) => {
      return String((await client.call('keys.create', { name: 'k', ...bounds }))['key']);
    });
  }

  async register(name: string): Promise<{ id: string; email: string; token: string }> {
    using client = await RpcClient.open(this.#open.port);
    const email = `${name}@hilo.test`;
    const result = await client.call('auth.register', { email, password: PASSWORD });
    return { id: (result['user'] as { id: string }).id, email, token: String(result['accessToken']) };
  }

  async logIn(name: string): Promise<{ token: string }> {
    using client = await RpcClient.open(this.#open.port);
    const result = await client.call('auth.login', { email: `${name}@hilo.test`, password: PASSWORD });
    return { token: String(result['accessToken']) };
  }

  async as<T>(key: string | undefined, run: (client: RpcClient) => Promise<T>): Promise<T> {
    using client = await RpcClient.open(this.#open.port);
    if (key !== undefined) await client.response(client.send('session.authenticate', { key }));
    return await run(client);
  }

  asOperator(name: string, input: object): Promise<Record<string, unknown>> {
    return this.as(this.adminKey, (client) => client.call(name, input));
  }

  /** A connection of theirs; with a login of its own, and of another person, where an operation ends some. */
  async connect(who: Who, operation: Pick<Operation, 'name'>): Promise<RpcClient> {
    if (who === 'visitor') return RpcClient.open(this.#closed.port);
    const hasOther = who === 'user' || who === 'member' || who === 'manager' || who === 'admin';
    const isOwnLogin = operation.name.startsWith('auth.') && hasOther;
    const own = who === 'operator' ? this.adminKey : this.#keys[who];
    const key = isOwnLogin ? (await this.logIn(`${who}-auth`)).token : own;
    const client = await RpcClient.open(this.#open.port);
    if (key !== undefined) await client.response(client.send('session.authenticate', { key }));
    return client;
  }

  async end(): Promise<void> {
    await this.#open.drain();
    await this.#closed.drain();
    await rm(this.#dataDir, { recursive: true });
  }
}
