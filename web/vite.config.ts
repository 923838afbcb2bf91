import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { OPERATION_LIST } from '../shared/operations/index.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** A plain script, so that the theme stands before the first paint; modules would run after it. */
const themeFirst: Plugin = {
  name: 'theme-first',
  transformIndexHtml: () => [{ tag: 'script', attrs: { src: './theme.js' }, injectTo: 'head-prepend' }],
};

/** Puts .br and .gz beside each file as it was finally written; whoever serves them need not compress. */
const precompress: Plugin = {
  name: 'precompress',
  apply: 'build',
  async writeBundle({ dir = '' }, bundle) {
    for (const fileName of Object.keys(bundle).filter((name) => /\.(?:js|css)$/.test(name))) {
      const file = join(dir, fileName);
      const content = await readFile(file);
      await writeFile(`${file}.br`, await promisify(brotliCompress)(content));
      await writeFile(`${file}.gz`, await promisify(gzip)(content));
    }
  },
};

/** What other APIs have, and the gateway itself; the first segments of the rest are in the table. */
const MORE_ROOTS = ['api', 'chat', 'health', 'healthz', 'k', 'metrics', 'openapi.json', 'readyz', 'v1'];
const apiRoots = new Set([
  ...MORE_ROOTS,
  ...OPERATION_LIST.flatMap(({ http = [] }) => http.map(({ path }) => path.split('/')[1] ?? '')),
]);
/** Exactly the first segment: `/shares` is not `/s`, an address of the page. */
const apiProxy = Object.fromEntries(
  Array.from(apiRoots, (root) => [`^/${RegExp.escape(root)}(?:[/?]|$)`, { target: 'http://127.0.0.1:8765' }]),
);

export default defineConfig({
  // Relative, so that the page also works below a path of a reverse proxy.
  base: './',
  define: { __HILO_VERSION__: JSON.stringify(version) },
  plugins: [themeFirst, precompress],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Inlined files would be data: addresses, which the page's policy allows for images only.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/ws': { target: 'ws://127.0.0.1:8765', ws: true }, ...apiProxy },
  },
});
