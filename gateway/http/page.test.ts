/** [H-7] The addresses that the page has for itself. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { createStage } from '../gateway.fixture.ts';
import { OPERATION_LIST } from '../../shared/operations/index.ts';
import { routesOf } from './api-routes.ts';

const INDEX = '<!doctype html><script src="./theme.js"></script><link href="./assets/a.css">';

async function builtPage(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hilo-page-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'index.html'), INDEX);
  return directory;
}

test('every address of the page can be opened, and finds the files of the page', async (context) => {
  await using stage = await createStage({}, await builtPage(context));
  const paths = {
    '/': './',
    '/?from=mail': './',
    '/app': './',
    '/app/profile': '../',
    '/app/a/b/c?x=/y': '../../../',
    '/c/01a22c3f-9736-7021-b942-6d6732016484': '../',
    '/s/abc': '../',
  };
  for (const [path, up] of Object.entries(paths)) {
    const response = await fetch(`http://${stage.authority}${path}`);
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
    assert.equal(response.headers.get('cache-control'), 'no-cache');
    assert.match(response.headers.get('content-security-policy') ?? '', /script-src 'self';/);
    assert.equal(response.headers.get('x-robots-tag'), path.startsWith('/s/') ? 'noindex' : null);
    assert.equal(await response.text(), INDEX.replaceAll('./', up), path);
    // Below a path of a reverse proxy too.
    const script = new URL(`${up}theme.js`, `https://example.org/chat${path}`);
    assert.equal(script.pathname, '/chat/theme.js', path);
  }
  assert.equal((await fetch(`http://${stage.authority}/cc/1`)).status, 404);
});

test('a client that takes no HTML learns that there is a server, as Ollama would say it', async () => {
  await using stage = await createStage();
  const ask = (method: string, accept?: string) =>
    new Promise<[number | undefined, string]>((resolve, reject) => {
      const headers = accept === undefined ? {} : { accept };
      request(`http://${stage.authority}/`, { method, headers }, (response) => {
        text(response).then((body) => resolve([response.statusCode, body]), reject);
      })
        .on('error', reject)
        .end();
    });
  for (const accept of ['application/json', 'text/plain', 'application/json, text/html;q=0']) {
    assert.deepEqual(await ask('GET', accept), [200, 'Ollama is running'], accept);
    assert.deepEqual(await ask('HEAD', accept), [200, ''], accept);
  }
  for (const accept of [undefined, '*/*', 'text/html', 'text/*', 'text/plain, application/xhtml+xml;q=0.5']) {
    assert.equal((await ask('GET', accept))[0], 503, accept ?? 'no header');
  }
});

test('before the page is built its addresses say how to build it', async () => {
  await using stage = await createStage();
  for (const path of ['/c/1', '/app', '/s/1']) {
    const response = await fetch(`http://${stage.authority}${path}`);
    assert.equal(response.status, 503);
    assert.match(await response.text(), /npm run build/);
  }
});

test('no operation has an address of the page, nor one of the gateway itself', () => {
  const taken = ['c', 's', 'app', 'assets', 'ws', 'healthz', 'readyz', 'metrics', ''];
  const roots = routesOf(OPERATION_LIST).map(({ url }) => url.split('/')[1]);
  assert.deepEqual(
    roots.filter((root) => taken.includes(root ?? '')),
    [],
  );
});
