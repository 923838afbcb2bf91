/** Operations with addresses, and a stage before a scripted server, for tests of the HTTP API. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { defineOperation, type HttpForm, type Operation } from '../../shared/define-operation.ts';
import type { RequestMeta } from '../../shared/request-meta.ts';
import { createStage, type ServerConnection, type Stage } from '../gateway.fixture.ts';

interface Given {
  readonly http: readonly HttpForm[];
  readonly input?: z.ZodType;
  readonly access?: Operation['access'];
  readonly effect?: Operation['effect'];
}

export function operation(name: string, given: Given): Operation {
  return defineOperation({
    name,
    summary: { en: name, es: name },
    scope: 'any',
    access: 'anonymous',
    effect: 'read',
    input: z.strictObject({}),
    output: z.looseObject({}),
    errors: [],
    examples: [],
    ...given,
  });
}

export const NOTES = [
  operation('notes.list', {
    http: [{ method: 'GET', path: '/notes', keyless: true }],
    input: z.strictObject({
      limit: z.int().optional(),
      pinned: z.boolean().optional(),
      text: z.string().optional(),
      ids: z.array(z.int()).optional(),
      which: z.union([z.literal('all'), z.int()]).optional(),
    }),
  }),
  operation('notes.get', {
    http: [{ method: 'GET', path: '/notes/{note}', keyless: true }],
    input: z.strictObject({ note: z.int() }),
  }),
  operation('notes.create', {
    http: [{ method: 'POST', path: '/notes', status: 201, keyless: true }],
    effect: 'write',
    input: z.strictObject({ text: z.string() }),
  }),
  operation('notes.delete', {
    http: [{ method: 'DELETE', path: '/notes/{note}', status: 204, keyless: true }],
    effect: 'write',
    input: z.strictObject({ note: z.int(), sure: z.boolean().optional() }),
  }),
  operation('notes.own', { http: [{ method: 'GET', path: '/own-notes' }] }),
  operation('notes.rules', {
    http: [{ method: 'GET', path: '/.well-known/rules.json', cacheSeconds: 300 }],
    access: 'public',
  }),
  operation('auth.login', {
    http: [{ method: 'POST', path: '/auth/login', cookie: 'refresh' }],
    access: 'public',
    effect: 'write',
    input: z.strictObject({ email: z.string() }),
  }),
  operation('auth.refresh', {
    http: [{ method: 'POST', path: '/auth/refresh', cookie: 'refresh' }],
    access: 'public',
    effect: 'write',
    input: z.strictObject({ refreshToken: z.string().optional() }),
  }),
  operation('auth.logout', {
    http: [{ method: 'POST', path: '/auth/logout', status: 204, cookie: 'refresh' }],
    access: 'public',
    effect: 'write',
    input: z.strictObject({ refreshToken: z.string().optional() }),
  }),
];

export function createApiStage(environment: Record<string, string> = {}): Promise<Stage> {
  return createStage(environment, undefined, NOTES);
}

export interface SeenRequest {
  readonly connection: ServerConnection;
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly meta: RequestMeta;
}

/** The next request on the connection. */
export async function seenOn(connection: ServerConnection): Promise<SeenRequest> {
  return { connection, ...(JSON.parse(await connection.lines.next()) as Omit<SeenRequest, 'connection'>) };
}

/** The next request on a new connection. */
export async function seen(stage: Stage): Promise<SeenRequest> {
  return seenOn(await stage.server.connections.next());
}

export function answer({ connection, id }: SeenRequest, result: object): void {
  connection.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
}

export function fail({ connection, id }: SeenRequest, reason: string, more: object = {}): void {
  const error = { code: 1, message: `Because of ${reason}`, data: { reason, ...more } };
  connection.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`);
}

/** Answers every request that comes, on any connection, with what it asked for. */
export function echoAll(stage: Stage): void {
  void (async () => {
    for (;;) {
      const connection = await stage.server.connections.next();
      void (async () => {
        for (;;) {
          const request = await seenOn(connection);
          const { method, params, meta } = request;
          answer(request, { method, params, meta });
        }
      })();
    }
  })();
}

/** The answer to exactly these bytes, until the connection is closed. */
export function raw(stage: Stage, request: string | Buffer): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: stage.gateway.address.port });
  socket.on('error', () => undefined);
  socket.write(request);
  return text(socket);
}
