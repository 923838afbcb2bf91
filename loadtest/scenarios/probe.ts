/** One normal client, measured alone and under load: other clients must not slow it down. */
import type { Run } from './run.ts';

export const PROBE = {
  /** Below the window of ten messages; after these the probe is a new guest. */
  messagesEach: 8,
  pauseMs: 150,
  aloneMessages: 16,
  /** Client numbers of probes begin here. */
  firstIndex: 1_000_000,
} as const;

export class Probe {
  readonly #run: Run;
  #index: number = PROBE.firstIndex;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Without load. Returns how long each first token took, in milliseconds. */
  async alone(messages: number = PROBE.aloneMessages): Promise<number[]> {
    this.#run.stage('one client alone', messages);
    return this.#chatWhile('probeAlone', (sent) => sent < messages);
  }

  /** As `alone`; goes on until `load` has settled. */
  async during(load: Promise<unknown>): Promise<number[]> {
    let running = true;
    const ended = load.finally(() => {
      running = false;
    });
    const [firstTokens] = await Promise.all([this.#chatWhile('probeLoaded', () => running), ended]);
    return firstTokens;
  }

  async #chatWhile(
    phase: 'probeAlone' | 'probeLoaded',
    goesOn: (sent: number) => boolean,
  ): Promise<number[]> {
    const run = this.#run;
    const firstTokens: number[] = [];
    for (let sent = 0; goesOn(sent) && !run.stopped;) {
      const index = this.#index++;
      const client = await run.openSession(index);
      if (!client) break;
      for (let message = 1; message <= PROBE.messagesEach && goesOn(sent) && !run.stopped; message += 1) {
        const asked = run.checker.ask(index, message, 80);
        try {
          const answer = await run.withTimeout(client.chat(asked.text));
          run.recorder.latency(phase, answer.firstTokenMs);
          firstTokens.push(answer.firstTokenMs);
          run.checker.check(asked, client.session, answer);
        } catch (error) {
          run.failed(error, `the probe (${client.session})`);
        }
        sent += 1;
        if (phase === 'probeAlone') run.progress.done += 1;
        await run.wait(PROBE.pauseMs);
      }
      client.close();
    }
    return firstTokens;
  }
}
