/** What the commands of one page run against: a server, a gateway and a model server, in a scratch folder. */
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../shared/free-port.ts';
import { startStub, type StubLlm } from '../../../loadtest/stub-llm.ts';
import { register, connectAs } from '../people.ts';
import type { Program } from '../program.ts';
import { PROCESS_ENVIRONMENT, Process } from '../processes.ts';
import { RpcClient } from '../rpc-client.ts';
import { ROOT } from '../source-files.ts';
import { DOCUMENTED_PORTS, PROGRAMS, substitute, type Places } from './stand-ins.ts';

export type Settings = Readonly<Record<string, string>>;

/** What the checkout of an operator does not have, or has of its own. */
const NOT_LINKED = ['.env', '.git', 'data'];
/** The documents speak of a model by its default name. */
const MODELS = ['qwen2.5:3b-instruct', 'gpt-4o', 'nomic-embed-text'];
/** Tests send faster than people do. */
const UNHURRIED: Settings = { COMPANION_DELAY_MS: '0', RATE_MAX_MESSAGES_USER: '10000' };

export interface HouseOptions {
  readonly settings?: Settings | undefined;
  readonly databaseUrl?: string | undefined;
  readonly prepare?: ((dataDir: string) => Promise<void>) | undefined;
}

/** As long as the server has not run. */
const NOBODY = { guest: '', ledgerKey: '' };

export class House implements AsyncDisposable {
  places: Places;
  readonly stub: StubLlm;
  /** Those that the page has set so far. */
  settings: Settings;
  #server: Process | undefined;
  #gateway: Process | undefined;
  /** Servers that commands of the page have started. */
  readonly #kept: Program[] = [];

  private constructor(places: Places, stub: StubLlm, settings: Settings) {
    this.places = places;
    this.stub = stub;
    this.settings = settings;
  }

  static async open({ settings = {}, databaseUrl = '', prepare }: HouseOptions): Promise<House> {
    const folder = await mkdtemp(join(tmpdir(), 'hilo-documents-'));
    const stub = await startStub({ models: MODELS });
    const ports: Record<string, number> = { 11434: Number(new URL(stub.url).port) };
    for (const port of DOCUMENTED_PORTS) ports[port] ??= await freePort();
    const [checkout, dataDir] = [join(folder, 'hilo'), join(folder, 'hilo/data')];
    const places = {
      ports,
      folder,
      checkout,
      dataDir,
      key: '',
      witnessKey: '',
      ...NOBODY,
      stubUrl: stub.url,
      databaseUrl,
    };
    await furnish(places);
    await prepare?.(dataDir);
    const house = new House(places, stub, settings);
    house.places = { ...places, ...(await house.#people()) };
    return house;
  }

  port(documented: (typeof DOCUMENTED_PORTS)[number]): number {
    return this.places.ports[documented] ?? 0;
  }

  substitute(text: string): string {
    return substitute(text, this.places);
  }

  /** Of commands: where the server is, and a key. */
  get environment(): Settings {
    const { folder, key, databaseUrl } = this.places;
    return {
      ...(PROCESS_ENVIRONMENT as Settings),
      ...this.#processSettings(),
      PATH: `${folder}/programs:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      KEY: key,
      HILO_KEY: key,
      ...(databaseUrl !== '' && { DATABASE_URL: databaseUrl }),
      // npm: what `npm start` builds first is built already.
      npm_config_ignore_scripts: 'true',
      npm_config_update_notifier: 'false',
    };
  }

  /** The settings apply from the next start on. */
  async set(settings: Settings): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    await this.stop();
  }

  async start(): Promise<void> {
    const settings = this.#processSettings();
    [this.#server, this.#gateway] = await Promise.all([
      this.#server ?? Process.start('server/main.ts', settings),
      this.#gateway ?? Process.start('gateway/main.ts', settings),
    ]);
  }

  /** It runs until the page has been read to its end. */
  keep(program: Program): void {
    this.#kept.push(program);
  }

  async stop(): Promise<void> {
    for (const process_ of [this.#server, this.#gateway]) {
      const code = await process_?.exit('SIGTERM');
      if (code !== undefined && code !== 0) throw new Error(`It ended with ${code}: ${process_?.output}`);
    }
    this.#server = undefined;
    this.#gateway = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#kept) await program.exit('SIGTERM');
    await this.#server?.[Symbol.asyncDispose]();
    await this.#gateway?.[Symbol.asyncDispose]();
    await this.stub.close();
    await rm(this.places.folder, { recursive: true, force: true });
  }

  #processSettings(): Settings {
    const { dataDir, databaseUrl } = this.places;
    return {
      APP_PORT: String(this.port('5001')),
      APP_PROXY_PORT: String(this.port('5002')),
      TCP_PORT: String(this.port('5002')),
      METRICS_PORT: String(this.port('9464')),
      WS_PORT: String(this.port('8765')),
      DATA_DIR: dataDir,
      OLLAMA_HOST: this.places.stubUrl,
      GATEWAY_DRAIN_SECONDS: '0',
      ...UNHURRIED,
      ...this.settings,
      ...(databaseUrl !== '' && { DATABASE_URL: databaseUrl }),
    };
  }

  async #people(): Promise<Pick<Places, 'key' | keyof typeof NOBODY>> {
    await this.start();
    const server = { port: this.port('5001') };
    using guest = await RpcClient.open(server.port);
    await guest.call('chat.send', { text: 'hello' });
    const { account } = await guest.call('credits.balance');
    using client = await connectAs(server, await register(server));
    const { key } = await client.call('keys.create', { name: 'documents' });
    const { verifierKey } = await guest.call('ledger.checkpoint');
    return {
      key: String(key),
      guest: String(account),
      ledgerKey: String(verifierKey),
    };
  }
}

async function furnish({ folder, checkout }: Places): Promise<void> {
  for (const name of ['programs', 'backups', 'var/lib', 'etc', 'hilo']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  for (const name of await readdir(ROOT)) {
    if (!NOT_LINKED.includes(name)) await symlink(join(ROOT, name), join(checkout, name));
  }
  for (const [name, script] of Object.entries(PROGRAMS)) {
    const path = join(folder, 'programs', name);
    await writeFile(path, `#!/bin/sh\nset -e\n${script}\n`);
    await chmod(path, 0o755);
  }
}
