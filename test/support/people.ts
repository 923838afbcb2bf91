/** People for tests: registered on a running server, and connections that act for them. */
import { RpcClient } from './rpc-client.ts';

export const PASSWORD = 'a long sentence';

export interface Person {
  readonly email: string;
  readonly id: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface Port {
  readonly port: number;
}

export async function register(server: Port, input: object = {}): Promise<Person> {
  using client = await RpcClient.open(server.port);
  const email = `${crypto.randomUUID()}@example.org`;
  return personOf(email, await client.call('auth.register', { email, password: PASSWORD, ...input }));
}

/** Another login of the same person. */
export async function loginAgain(server: Port, { email }: Person): Promise<Person> {
  using client = await RpcClient.open(server.port);
  return personOf(email, await client.call('auth.login', { email, password: PASSWORD }));
}

/** A connection that acts for this person, or by this API key. */
export async function connectAs(server: Port, { accessToken }: { accessToken: string }): Promise<RpcClient> {
  const client = await RpcClient.open(server.port);
  await client.call('session.authenticate', { key: accessToken });
  return client;
}

/** One that can be resumed. */
export async function sessionOf(
  server: Port,
  person: Person,
): Promise<{ client: RpcClient; hello: Record<string, unknown> }> {
  const client = await connectAs(server, person);
  return { client, hello: await client.call('session.hello', { client: 'test', version: '1' }) };
}

export function personOf(email: string, answer: Record<string, unknown>): Person {
  const { user, accessToken, refreshToken } = answer;
  const { id } = user as { id: string };
  return { email, id, accessToken: String(accessToken), refreshToken: String(refreshToken) };
}
