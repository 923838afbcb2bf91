/** A temporary PostgreSQL cluster from the system's package, or databases of a server that runs elsewhere. */
import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../../shared/free-port.ts';

const PACKAGED = '/usr/lib/postgresql';
const READY = 'database system is ready to accept connections';
const MISSING =
  'These tests need PostgreSQL: apt-get install --no-install-recommends postgresql-15, ' +
  'or set HILO_TEST_DATABASE_URL to a server where databases may be created';

export interface TestPostgres {
  /** Of the server itself. */
  readonly url: string;
  /** The URL of a new, empty database. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Fails with a line that says what to install. */
export async function startPostgres(): Promise<TestPostgres> {
  const given = process.env['HILO_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '')
    return { url: given, createDatabase: () => createDatabase(given), stop: idle };
  const folder = await mkdtemp(join(tmpdir(), 'hilo-postgres-'));
  try {
    return await startCluster(folder, binaries());
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startCluster(folder: string, programs: string): Promise<TestPostgres> {
  const [command, ...prefix] = await asPostgres(folder);
  const data = join(folder, 'data');
  const init = [join(programs, 'initdb'), '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'];
  const [program = '', ...args] = [command, ...prefix, ...init].filter((part) => part !== undefined);
  await promisify(execFile)(program, args);
  const port = await freePort();
  const server = start([command, ...prefix, join(programs, 'postgres'), '-D', data, '-k', folder], port);
  await ready(server);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return {
    url,
    createDatabase: () => createDatabase(url),
    async stop() {
      // Fast shutdown: it does not wait for its clients.
      server.kill('SIGINT');
      if (server.exitCode === null) await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function start(command: readonly (string | undefined)[], port: number): ChildProcess {
  // No test kills PostgreSQL itself.
  const settings = ['listen_addresses=127.0.0.1', 'max_connections=100', 'fsync=off'];
  const options = ['-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const [program = '', ...args] = [...command, ...options].filter((part) => part !== undefined);
  return spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function ready(server: ChildProcess): Promise<void> {
  let output = '';
  server.stderr?.setEncoding('utf8');
  const isReady = Promise.withResolvers<void>();
  server.stderr?.on('data', (text: string) => {
    output += text;
    if (output.includes(READY)) isReady.resolve();
  });
  server.on('exit', () => isReady.reject(new Error(`PostgreSQL did not start:\n${output}`)));
  await isReady.promise;
}

/** PostgreSQL refuses to run as root. */
async function asPostgres(folder: string): Promise<(string | undefined)[]> {
  if (userInfo().uid !== 0) return [];
  const { stdout } = await promisify(execFile)('id', ['-u', 'postgres']);
  await chown(folder, Number(stdout), -1);
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'];
}

function binaries(): string {
  const versions = existsSync(PACKAGED) ? readdirSync(PACKAGED) : [];
  const found = versions
    .map((version) => join(PACKAGED, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
  if (found === undefined) throw new Error(MISSING);
  return found;
}

async function createDatabase(server: string): Promise<string> {
  const name = `hilo_${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

function idle(): Promise<void> {
  return Promise.resolve();
}
