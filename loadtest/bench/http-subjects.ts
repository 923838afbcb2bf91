/** The stub model by itself, Hilo in front of it, and another gateway for models in front of it. */
import { join } from 'node:path';
import { accepts, Child } from '../stack/child.ts';
import { freePort } from '../../shared/free-port.ts';
import { startStack, type Stack } from '../stack/stack.ts';
import type { HttpTarget } from './http-load.ts';

/** OpenAI's own path, and a message that the stub repeats. */
export const PATH = '/v1/chat/completions';
/** The package has a program and nothing to import. */
const PORTKEY = join(import.meta.dirname, '../../node_modules/@portkey-ai/gateway/build/start-server.js');
const CREDITS = '1000000000';

export interface HttpSubjects {
  readonly direct: HttpSubject;
  readonly hilo: HttpSubject;
  readonly portkey: HttpSubject;
  stop(): Promise<void>;
}

export interface HttpSubject {
  readonly name: string;
  /** Its processes; those of the stub are nobody's. */
  readonly children: readonly Child[];
  target(stream: boolean): HttpTarget;
}

/** All three with the same stub. Hilo has its credits, limits and ledger on, and one user with one key. */
export async function startHttpSubjects(
  stubOptions: readonly string[],
  nodeOptions: readonly string[],
): Promise<HttpSubjects> {
  const stack = await startStack({
    stub: stubOptions,
    protocol: 'openai',
    environment: HILO_SETTINGS,
    nodeOptions,
  });
  try {
    const stubUrl = stack.stubUrl ?? '';
    const key = await createKey(stack);
    const portkey = await startPortkey(stubUrl);
    const { gateway } = stack.targets;
    return {
      direct: subject('the stub alone', [], stubUrl, {}),
      hilo: subject('Hilo', hiloChildren(stack), `http://${gateway.host}:${gateway.port}`, {
        authorization: `Bearer ${key}`,
      }),
      portkey: subject('Portkey', [portkey.child], portkey.url, portkeyHeaders(stubUrl)),
      stop: async () => {
        await portkey.child.stop();
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

const HILO_SETTINGS = {
  RATE_MAX_MESSAGES_USER: '1000000',
  SESSION_GENERATIONS_MAX: '2048',
  LIMIT_COMPLETIONS_MAX: '2048',
  LIMIT_PENDING_REQUESTS_MAX: '2048',
  MAX_IN_FLIGHT: '2048',
  SIGNUP_CREDITS: CREDITS,
  SIGNUP_CREDITS_PER_ADDRESS: CREDITS,
} as const;

function subject(
  name: string,
  children: readonly Child[],
  origin: string,
  headers: Record<string, string>,
): HttpSubject {
  const target = (stream: boolean): HttpTarget => ({
    origin,
    path: PATH,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'stub', stream, messages: [{ role: 'user', content: 'hola' }] }),
  });
  return { name, children, target };
}

function hiloChildren(stack: Stack): Child[] {
  return [stack.server, ...(stack.gateway ? [stack.gateway] : [])];
}

/** A new user's API key, made over HTTP as anybody would. */
async function createKey({ targets }: Stack): Promise<string> {
  const origin = `http://${targets.gateway.host}:${targets.gateway.port}`;
  const { accessToken } = await post(`${origin}/auth/register`, {
    email: 'bench@example.org',
    password: 'a password for a benchmark',
  });
  const { key } = await post(`${origin}/keys`, { name: 'bench' }, { authorization: `Bearer ${accessToken}` });
  if (key === undefined) throw new Error('no API key was given');
  return key;
}

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, string | undefined>;
}

/** What tells it to ask the stub. */
export function portkeyHeaders(stubUrl: string): Record<string, string> {
  return {
    authorization: 'Bearer none',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${stubUrl}/v1`,
  };
}

export async function startPortkey(stubUrl: string): Promise<{ child: Child; url: string }> {
  const port = await freePort();
  const child = new Child({
    name: 'Portkey',
    args: [PORTKEY, '--headless', `--port=${port}`],
    // It asks no private address that is not named here.
    environment: { TRUSTED_CUSTOM_HOSTS: new URL(stubUrl).hostname },
  });
  await child.ready(() => accepts(port));
  return { child, url: `http://127.0.0.1:${port}` };
}
