/** `npm run loadtest -- [SCENARIO] [options]`: load, checks, report. */
import { mkdir } from 'node:fs/promises';
import { systemClock } from '../shared/clock.ts';
import type { Endpoint } from './client/create-client.ts';
import { Interrupts } from './interrupts.ts';
import { RunRecorder, type Memory } from './measure/run-recorder.ts';
import { drawProgress } from './report-progress.ts';
import { reportTable } from './report-table.ts';
import type { Report } from './report-contents.ts';
import { writeReport } from './report.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { HELP, parseOptions, UsageError, type Options } from './scenarios/options.ts';
import { Run } from './scenarios/run.ts';
import { selfContained } from './scenarios/self-contained.ts';
import { memoryOfMetrics, memoryOfPid, type ProcessMemory } from './stack/process-usage.ts';
import { accepts } from './stack/child.ts';
import { thisMachine } from './stack/machine.ts';
import type { Stack } from './stack/stack.ts';
import { seededRandom } from './stub/random.ts';

const EXIT = { passed: 0, failed: 1, impossible: 2, usage: 3, interrupted: 130 } as const;
const INTERVAL_MS = 1_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nTry: npm run loadtest -- --help`);
    return EXIT.usage;
  }
  if (!options) {
    console.log(HELP);
    return EXIT.passed;
  }
  const interrupts = new Interrupts(() => process.exit(EXIT.interrupted));
  let stack: Stack | undefined;
  try {
    if (options.selfContained) stack = await selfContained(options);
    else await demandTarget(options);
    // A report that cannot be written is to be known before the run, not after it.
    await mkdir(options.output, { recursive: true });
    return interrupts.isInterrupted ? EXIT.interrupted : await runScenario(options, stack, interrupts);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return EXIT.impossible;
  } finally {
    await stack?.stop();
    interrupts.off();
  }
}

async function runScenario(
  options: Options,
  stack: Stack | undefined,
  interrupts: Interrupts,
): Promise<number> {
  const startedAt = new Date().toISOString();
  const recorder = new RunRecorder(systemClock);
  const memory = memoryReader(options, stack);
  const targets = stack?.targets ?? options;
  const run = new Run({ options, targets, recorder, random: seededRandom(options.seed), memory });
  interrupts.onFirst = () => run.stop();
  const stopProgress = options.quiet ? () => undefined : drawProgress(process.stderr, () => state(run));
  const timer = setInterval(() => void memory().then((now) => recorder.closeInterval(now)), INTERVAL_MS);
  try {
    await SCENARIOS[options.scenario](run);
  } finally {
    clearInterval(timer);
    stopProgress();
  }
  recorder.closeInterval(await memory());
  if (!run.stopped) demandAnswers(run);
  const recording = recorder.finish();
  const passed = recording.violations === 0;
  const machine = thisMachine();
  const asRun = { ...options, ...targets };
  const report = { startedAt, machine, options: asRun, recording, passed, interrupted: run.stopped };
  await tell(report, options.output);
  if (!passed) return EXIT.failed;
  return run.stopped ? EXIT.interrupted : EXIT.passed;
}

async function tell(report: Report, directory: string): Promise<void> {
  console.log(reportTable(report));
  const [json, html] = await writeReport(report, directory);
  console.log(`\nReports: ${json}\n         ${html}`);
}

/** A run in which nobody got an answer shows nothing. */
function demandAnswers(run: Run): void {
  const { probeAlone, probeLoaded } = run.recorder.finish().latencies;
  if (run.recorder.answers + (probeAlone?.count ?? 0) + (probeLoaded?.count ?? 0) > 0) return;
  run.violation('Nobody got an answer');
}

async function demandTarget({ server, gateway, transport }: Options): Promise<void> {
  const needed = [
    ...(transport === 'ws' ? [] : [{ name: 'server', ...server }]),
    ...(transport === 'ws' || transport === 'mixed' ? [{ name: 'gateway', ...gateway }] : []),
  ];
  for (const { name, host, port } of needed) {
    if (await accepts(port, host)) continue;
    throw new Error(
      `No ${name} answers at ${host}:${port}. Start one with ./hilo up, or use --self-contained`,
    );
  }
}

function memoryReader(options: Options, stack: Stack | undefined): () => Promise<Memory> {
  const serverPid = options.serverPid ?? stack?.server.pid;
  const gatewayPid = options.gatewayPid ?? stack?.gateway?.pid;
  const { serverMetrics, gateway } = options;
  return async () => {
    const [server, bridge] = await Promise.all([
      readMemory(serverPid, serverMetrics),
      readMemory(gatewayPid, gateway),
    ]);
    return { serverBytes: server?.residentBytes, gatewayBytes: bridge?.residentBytes };
  };
}

function readMemory(pid: number | undefined, { host, port }: Endpoint): Promise<ProcessMemory | undefined> {
  return pid === undefined ? memoryOfMetrics(`http://${host}:${port}/metrics`) : memoryOfPid(pid);
}

function state(run: Run) {
  const { answers, errors, violations } = run.recorder;
  return { ...run.progress, answers, errors, violations };
}
