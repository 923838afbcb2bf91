/**
 * Configurations of nginx and Caddy: each is checked by its own program, which then runs with it, and what
 * people need goes through it: the page, a WebSocket, an answer while it streams, and their own address.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Program } from '../program.ts';
import type { Block } from './blocks.ts';
import type { House } from './house.ts';
import { tryLines, trySite, tryWitness } from './through-proxy.ts';

const run = promisify(execFile);

const NGINX = '/usr/sbin/nginx';
/** Debian has this part of nginx in a package of its own. */
const STREAM_MODULE = '/usr/lib/nginx/modules/ngx_stream_module.so';

export async function runNginx(block: Block, house: House): Promise<void> {
  const folder = join(house.places.folder, 'nginx');
  await mkdir(folder, { recursive: true });
  const text = house.substitute(block.text);
  for (const [, path = ''] of text.matchAll(/ssl_certificate (\S+);/g)) await makeCertificate(path);
  const isStream = /^stream \{/m.test(text);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const configuration = [
    ...(userInfo().uid === 0 ? ['user root;'] : []),
    ...(isStream ? [`load_module ${STREAM_MODULE};`] : []),
    `pid ${folder}/pid;`,
    'error_log stderr;',
    'events {}',
    isStream ? text : `http {\naccess_log off;\n${temporary.join('\n')}\n${text}\n}`,
  ].join('\n');
  const path = join(folder, 'nginx.conf');
  await writeFile(path, configuration);
  const options = ['-e', 'stderr', '-p', folder, '-c', path];
  await run(NGINX, ['-t', ...options]);
  await using nginx = new Program(NGINX, [...options, '-g', 'daemon off;']);
  if (isStream) await tryLines(house, nginx);
  else await trySite(house, nginx, /server_name (\S+);/.exec(text)?.[1] ?? '');
  assert.equal(await nginx.exit('SIGTERM'), 0, block.place);
}

export async function runCaddy(block: Block, house: House): Promise<void> {
  const folder = join(house.places.folder, 'caddy');
  await mkdir(folder, { recursive: true });
  const text = house.substitute(block.text);
  const path = join(folder, 'Caddyfile');
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  await writeFile(path, text);
  await run('caddy', ['validate', '--adapter', 'caddyfile', '--config', path], { env });
  // Certificates of its own making, on ports of the test.
  const options = [
    'admin off',
    'local_certs',
    'skip_install_trust',
    'default_bind 127.0.0.1',
    `https_port ${house.port('443')}`,
    `http_port ${house.port('80')}`,
  ];
  await writeFile(path, `{\n${options.join('\n')}\n}\n${text}`);
  await using caddy = new Program('caddy', ['run', '--adapter', 'caddyfile', '--config', path], { env });
  await caddy.until(/"serving initial configuration"[^]*"certificate obtained successfully"/);
  const name = /^(\S+) \{/m.exec(text)?.[1] ?? '';
  if (text.includes(`:${house.port('8081')}`)) await tryWitness(house, caddy, name);
  else await trySite(house, caddy, name);
  assert.equal(await caddy.exit('SIGTERM'), 0, block.place);
}

async function makeCertificate(path: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const key = join(folder, 'privkey.pem');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', [...request, '-days', '2', '-subj', '/CN=test', '-keyout', key, '-out', path]);
}
