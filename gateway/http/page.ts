/** [H-7] The built page: its files, and the addresses that it has for itself. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { pathOf } from './api-routes.ts';
import type { PlainText } from './plain-text.ts';

/** Addresses inside the page: they can be opened, reloaded and passed on. */
const PAGE_PATHS = ['/c/*', '/app', '/app/*', '/s/*'] as const;
/** By this, word for word, clients made for Ollama know that there is a server; they ask for JSON. */
const OLLAMA_IS_HERE = 'Ollama is running';
const HTML_TYPES = ['text/html', 'application/xhtml+xml', 'text/*', '*/*'];
const RELATIVE = /\b(?<attribute>src|href)="\.\//g;

/** Vite puts a hash into the name of every file under assets/; all else may change under its name. */
export async function addPage(app: FastifyInstance, text: PlainText, directory: string): Promise<void> {
  const assets = join(directory, 'assets/');
  const index = join(directory, 'index.html');
  await app.register(fastifyStatic, {
    root: directory,
    index: ['index.html'],
    // A page that is built later is served without a restart, so a missing directory is no fault.
    suppressWarning: true,
    // The build puts .br and .gz beside its files.
    preCompressed: true,
    cacheControl: false,
    setHeaders(response, path) {
      const isHashed = path.startsWith(assets);
      response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.addHook('preHandler', async (request, reply) => {
    const isPage = pathOf(request.url) === '/' && ['GET', 'HEAD'].includes(request.method);
    if (!isPage) return undefined;
    reply.header('vary', 'accept');
    if (!takesHtml(request.headers.accept)) {
      return reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8').send(OLLAMA_IS_HERE);
    }
    if (existsSync(index)) return undefined;
    return text.say(request, reply.code(503), 'page_not_built');
  });
  // The secret of an invitation is behind the `#` from here on, which no browser sends on.
  app.get<{ Params: { token: string } }>('/invite/:token', async ({ params }, reply) =>
    reply
      .header('cache-control', 'no-store')
      .header('x-robots-tag', 'noindex')
      .redirect(`../app/register#${encodeURIComponent(params.token)}`, 302),
  );
  for (const path of PAGE_PATHS) {
    app.get(path, async (request, reply) => {
      if (!existsSync(index)) return text.say(request, reply.code(503), 'page_not_built');
      // Shared conversations are for those who have the link.
      if (path === '/s/*') reply.header('x-robots-tag', 'noindex');
      return sendIndex(reply, await readFile(index, 'utf8'), pathOf(request.url));
    });
  }
}

/**
 * The page names its files relative to its root, so that it also works below a path of a reverse proxy. At
 * a deeper address the same files are further up.
 */
function sendIndex(reply: FastifyReply, html: string, path: string): FastifyReply {
  const up = '../'.repeat(path.split('/').length - 2) || './';
  reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8');
  return reply.send(html.replaceAll(RELATIVE, `$<attribute>="${up}`));
}

/** RFC 9110 §12.5.1: a client that sends no `Accept` takes everything. */
function takesHtml(accept = '*/*'): boolean {
  return accept.split(',').some((entry) => {
    const [type = '', ...parameters] = entry
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    return HTML_TYPES.includes(type) && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
