/** The units under deploy/, as far as systemd's own tools can tell without installing anything. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { LIMITS } from '../shared/limits.ts';
import { GATEWAY_NODE_FLAGS } from '../shared/process-settings.ts';
import { ROOT } from './support/source-files.ts';

const run = promisify(execFile);
const DEPLOY = join(ROOT, 'deploy');
const UNITS = readdirSync(DEPLOY).filter((name) => name.endsWith('.service'));
/** In tenths; below 2.0 systemd says OK. Nothing but what Node needs is left open. */
const EXPOSURE_MAX = 20;

function read(name: string): string {
  return readFileSync(join(DEPLOY, name), 'utf8');
}

test('systemd understands every unit, and what it starts is there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-units-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const name of UNITS) await writeFile(join(folder, name), read(name).replaceAll('/opt/hilo', ROOT));
  const { stdout, stderr } = await run('systemd-analyze', [
    'verify',
    ...UNITS.map((name) => join(folder, name)),
  ]);
  assert.equal(`${stdout}${stderr}`, '');
});

test('each unit is locked down as far as Node allows', async () => {
  for (const name of UNITS) {
    const threshold = `--threshold=${EXPOSURE_MAX}`;
    // It exits with a failure above the threshold.
    const { stdout } = await run('systemd-analyze', [
      'security',
      '--offline=true',
      threshold,
      join(DEPLOY, name),
    ]);
    assert.match(stdout, /Overall exposure level/, name);
    assert.doesNotMatch(read(name), /^MemoryDenyWriteExecute=true/m, 'Node could not compile');
  }
});

test('the separate units start the processes as the package does, and end them in time', () => {
  const server = read('hilo-server.service');
  const gateway = read('hilo-gateway.service');
  const started = (unit: string) =>
    /^ExecStart=\/opt\/hilo\/node_modules\/\.bin\/node (.*)$/m.exec(unit)?.[1];
  assert.equal(started(server), 'server/main.ts');
  assert.equal(started(gateway), [...GATEWAY_NODE_FLAGS, 'gateway/main.ts'].join(' '));
  for (const [unit, user] of [
    [server, 'hilo'],
    [gateway, 'hilo-gateway'],
  ] as const) {
    assert.match(unit, new RegExp(`^User=${user}$`, 'm'));
    assert.match(server, new RegExp(`^#   useradd .* ${user}$`, 'm'));
    assert.ok(Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1]) * 1_000 > LIMITS.drainMs + LIMITS.closeGraceMs);
    const [, entry = ''] = /ExecStart=.* (\S+\.ts)$/m.exec(unit) ?? [];
    assert.ok(existsSync(join(ROOT, entry)), entry);
  }
  // The gateway holds no business: what the server keeps is not for it.
  assert.match(gateway, /^InaccessiblePaths=-\/var\/lib\/hilo$/m);
  assert.doesNotMatch(gateway, /StateDirectory|DATA_DIR/);
});

test('the configuration of Caddy is the one that the documents try', () => {
  const page = readFileSync(join(ROOT, 'docs/proxies.md'), 'utf8');
  const [, documented = ''] = /^```caddyfile\n([^]*?)^```$/m.exec(page) ?? [];
  const deployed = read('Caddyfile').replaceAll(/^#.*\n/gm, '');
  const expected = documented
    .replace('chat.example.org', '{$HILO_NAME}')
    .replace('127.0.0.1:8765', 'gateway:8765');
  assert.equal(deployed, expected);
  const compose = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  const [, address = 'none'] = /ipv4_address: ([\d.]+)/.exec(compose) ?? [];
  assert.ok(compose.includes(`TRUSTED_PROXIES: \${TRUSTED_PROXIES:-${address}}`));
});
