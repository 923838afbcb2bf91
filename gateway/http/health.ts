/** What operators and their tools ask: is it alive, is it ready, what has it counted. */
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Localised } from '../../shared/locale.ts';
import { isEncrypted } from '../encrypted.ts';
import { isLoopback } from '../origin.ts';
import { plain, type PlainText } from './plain-text.ts';

export interface HealthOptions {
  readonly registry: Registry;
  isDraining(): boolean;
  /** Why the server would accept no message now; undefined when it would. */
  readiness(): Promise<Localised | undefined>;
}

export function addHealth(app: FastifyInstance, text: PlainText, options: HealthOptions): void {
  for (const path of ['/health', '/healthz']) app.get(path, async (_request, reply) => plain(reply, 'ok'));
  app.get('/readyz', async (request, reply) => {
    if (options.isDraining()) return text.say(request, reply.code(503), 'draining');
    const hindrance = await options.readiness();
    return hindrance ? text.sayText(request, reply.code(503), hindrance) : plain(reply, 'ready');
  });
  app.get('/metrics', async (request, reply) => {
    // The port for HTTPS is for everybody, and the numbers are for the operator.
    const { socket } = request.raw;
    if (isEncrypted(socket) && !isLoopback(socket.remoteAddress ?? ''))
      return text.say(request, reply.code(404), 'not_found');
    reply.header('cache-control', 'no-store').type(options.registry.contentType);
    return options.registry.metrics();
  });
  for (const url of ['/health', '/healthz', '/readyz', '/metrics']) {
    app.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      // Before a body is read.
      onRequest: async (request, reply) =>
        text.say(request, reply.code(405).header('allow', 'GET, HEAD'), 'only_get'),
      handler: async () => undefined,
    });
  }
}
