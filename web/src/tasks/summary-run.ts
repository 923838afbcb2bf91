/** One summary at a time: the document is sent, then the server tells how far it is. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { numberOf, textOf, type Outcome, type Params } from '../../../shared/client/message.ts';
import type { Asking } from '../connection/page-line.ts';
import { follow, type Following } from './follow.ts';
import { sendFile, type Sendable, type SentFile } from '../connection/send-file.ts';

export type SummaryStep =
  | { readonly name: 'sending'; readonly percent: number }
  | { readonly name: 'fetching' }
  | { readonly name: 'queued'; readonly position: number }
  | { readonly name: 'reading'; readonly page: number; readonly pages: number }
  | { readonly name: 'working'; readonly done: number; readonly calls: number; readonly creditsMax: number };

export type SummaryState =
  | { readonly name: 'idle' }
  | { readonly name: 'running'; readonly step: SummaryStep; readonly text: string }
  | { readonly name: 'done'; readonly summary: Params }
  | { readonly name: 'failed'; readonly failure: SummaryFailure };

export type SummaryFailure = 'unreadable' | Extract<Outcome, { ok: false }>;

export interface SummaryWish {
  readonly text?: string;
  readonly url?: string;
  readonly document?: Sendable;
  readonly length: 'short' | 'medium' | 'long';
  readonly style?: string;
  readonly route?: string;
}

export class SummaryRun {
  readonly state: ReadonlySignal<SummaryState>;
  readonly #state: Signal<SummaryState> = signal({ name: 'idle' });
  readonly #line: Pick<Asking, 'ask' | 'request'>;
  #following: Following | undefined;
  #isStopped = false;

  constructor(line: Pick<Asking, 'ask' | 'request'>) {
    this.#line = line;
    this.state = this.#state;
  }

  get isRunning(): boolean {
    return this.#state.peek().name === 'running';
  }

  /** Does nothing while one runs. Resolves when it is over, to whether there is a summary. */
  async start({ document, ...wish }: SummaryWish, pieceBytes: number): Promise<boolean> {
    if (this.isRunning) return false;
    this.#isStopped = false;
    this.#show({ name: 'fetching' });
    const sent = document && (await this.#send(document, pieceBytes));
    if (sent?.ok === false) return this.#failed(sent.failure);
    if (this.#isStopped) return this.#failed('stopped');
    const given = sent?.ok === true ? { ...wish, document: sent.file } : wish;
    this.#show({ name: 'fetching' });
    this.#following = follow(this.#line, 'summaries.create', given, (name, params) =>
      this.#told(name, params),
    );
    const outcome = await this.#following.outcome;
    this.#following = undefined;
    if (!outcome.ok) return this.#failed(outcome);
    this.#state.value = { name: 'done', summary: outcome.result };
    return true;
  }

  stop(): void {
    this.#isStopped = true;
    this.#following?.stop();
  }

  async #send(document: Sendable, pieceBytes: number): Promise<SentFile> {
    this.#show({ name: 'sending', percent: 0 });
    return await sendFile(document, {
      line: this.#line,
      pieceBytes,
      isWanted: () => !this.#isStopped,
      sent: (bytes) => this.#show({ name: 'sending', percent: Math.floor((100 * bytes) / document.size) }),
    });
  }

  #failed(failure: Extract<SentFile, { ok: false }>['failure']): false {
    const isStopped = failure === 'stopped' || (failure !== 'unreadable' && isCancelled(failure));
    this.#state.value = isStopped ? { name: 'idle' } : { name: 'failed', failure };
    return false;
  }

  #told(name: string, params: Params): void {
    const state = this.#state.peek();
    if (state.name !== 'running') return;
    switch (name) {
      case 'summaries.queued':
        return this.#show({ name: 'queued', position: numberOf(params['position']) });
      case 'summaries.reading': {
        const [page, pages] = [numberOf(params['page']), numberOf(params['pages'])];
        return this.#show({ name: 'reading', page, pages });
      }
      case 'summaries.started': {
        const [calls, creditsMax] = [numberOf(params['calls']), numberOf(params['creditsMax'])];
        return this.#show({ name: 'working', done: 0, calls, creditsMax });
      }
      case 'summaries.progress': {
        if (state.step.name !== 'working') return;
        return this.#show({ ...state.step, done: numberOf(params['done']) });
      }
      case 'summaries.delta':
        this.#state.value = { ...state, text: state.text + textOf(params['text']) };
    }
  }

  #show(step: SummaryStep): void {
    const state = this.#state.peek();
    this.#state.value = { name: 'running', step, text: state.name === 'running' ? state.text : '' };
  }
}

function isCancelled({ failure }: Extract<Outcome, { ok: false }>): boolean {
  return failure.reason === 'cancelled';
}
