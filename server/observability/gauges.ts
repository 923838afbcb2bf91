/** What the server is and has at the moment of a scrape. Names and labels: docs/operations-guide.md. */
import { statfs } from 'node:fs/promises';
import type { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Read during a scrape. */
export interface MetricsSources {
  readonly connections: () => number;
  readonly sessions: () => number;
  readonly detachedSessions: () => number;
  readonly queueDepth: () => number;
  readonly queueMax: number;
  readonly callsInFlight: () => number;
  readonly outboxBytes: () => number;
  readonly canAccount: () => boolean;
  readonly ledger: () => {
    issued: number;
    revenue: number;
    accounts: number;
    openHolds: number;
    entries: number;
  };
  readonly dataDir: string;
  /** What the account that pays for titles has; undefined when no titles are asked for. */
  readonly houseCredits: (() => Promise<number>) | undefined;
  readonly witnesses: () => readonly { readonly name: string; readonly isInconsistent: boolean }[];
}

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;

/** What cannot be read is not a number, which makes no alert fire. */
const UNKNOWN = Number.NaN;

type Read = () => number | Promise<number>;

function gauge(registry: Registry, name: string, help: string, read: Read): Gauge {
  return new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}

export function addGauges(registry: Registry, sources: MetricsSources, loopDelay: LoopDelay): void {
  const add = (name: string, help: string, read: Read) => gauge(registry, name, help, read);
  add('hilo_connections', 'Open connections', sources.connections);
  add('hilo_sessions', 'Sessions that can be resumed', sources.sessions);
  add('hilo_sessions_detached', 'Sessions whose client is away', sources.detachedSessions);
  add('hilo_queue_depth', 'Messages that wait for the model', sources.queueDepth);
  add('hilo_queue_max', 'Messages that may wait for each model server', () => sources.queueMax);
  add('hilo_calls_in_flight', 'Calls of the model that run', sources.callsInFlight);
  add('hilo_outbox_bytes', 'Bytes that wait for slow readers', sources.outboxBytes);
  add('hilo_ledger_writable', '1, or 0 when ledger or content store has failed', () =>
    Number(sources.canAccount()),
  );
  add('hilo_ledger_entries', 'Entries of the ledger', () => sources.ledger().entries);
  add('hilo_ledger_open_holds', 'Holds that are open', () => sources.ledger().openHolds);
  add('hilo_credits_issued', 'Credits granted in all', () => sources.ledger().issued);
  add('hilo_credits_spent', 'Credits spent in all', () => sources.ledger().revenue);
  const { houseCredits } = sources;
  if (houseCredits) {
    add('hilo_house_credits', 'Credits left for titles', () => houseCredits().catch(() => UNKNOWN));
  }
  add('hilo_event_loop_delay_seconds', 'Event-loop delay, 99th percentile since the last scrape', () => {
    const seconds = loopDelay.percentile(99) / 1e9;
    loopDelay.reset();
    return seconds;
  });
  addDisk(add, sources);
  addProcess(add);
  registry.registerMetric(processorTime());
  registry.registerMetric(alarms(sources));
}

type Add = (name: string, help: string, read: Read) => void;

/** Of the file system with the data directory, as a process without privileges sees it. */
function addDisk(add: Add, { dataDir }: MetricsSources): void {
  const read = () => statfs(dataDir).catch(() => undefined);
  add('hilo_data_free_bytes', 'Free bytes of the file system that has the data directory', async () => {
    const disk = await read();
    return disk ? disk.bavail * disk.bsize : UNKNOWN;
  });
  add('hilo_data_size_bytes', 'Size of that file system', async () => {
    const disk = await read();
    return disk ? disk.blocks * disk.bsize : UNKNOWN;
  });
}

/** With the names that Prometheus has for every process. */
function addProcess(add: Add): void {
  add('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
  add('process_start_time_seconds', 'When the process has started', () =>
    Math.round(performance.timeOrigin / 1_000),
  );
}

function processorTime(): Counter {
  return new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time, user and system',
    registers: [],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
}

function alarms({ witnesses }: MetricsSources): Gauge<'witness'> {
  return new Gauge({
    name: 'hilo_witness_inconsistent',
    help: '1 when the witness says that the ledger is not the one it cosigned, else 0',
    labelNames: ['witness'],
    registers: [],
    collect() {
      for (const { name, isInconsistent } of witnesses()) this.set({ witness: name }, Number(isInconsistent));
    },
  });
}
