/** The conversation itself: lines in, answers out, until the input ends or the person leaves. */
import { randomUUID } from 'node:crypto';
import { createInterface, type Interface } from 'node:readline';
import { reconnectDelayMs } from '../../shared/client/backoff.ts';
import { Client, ClientError, type GivenInput } from '../../shared/client/client.ts';
import { HEARTBEAT } from '../../shared/client/heartbeat.ts';
import { ResumableSession } from '../../shared/client/resumable-session.ts';
import type { ConnectionState, SessionStart } from '../../shared/client/session-contract.ts';
import { openTcp } from '../../shared/client/tcp-transport.ts';
import { systemClock } from '../../shared/clock.ts';
import { errorText } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import { isVisible } from '../../shared/message-text.ts';
import { OPERATION_LIST, OPERATIONS, isStream, type OperationName } from '../../shared/operations/index.ts';
import type { Operation } from '../../shared/define-operation.ts';
import { parseCommand, type OperationCommand } from '../../shared/text-command.ts';
import { safeText } from '../../shared/text-safety.ts';
import { EXIT_FAILED, type CommandIo } from '../command.ts';
import { CHAT_TEXTS } from './chat-texts.ts';
import { MarkdownStyle } from './markdown-style.ts';

const CONNECT_MS = 10_000;
const HISTORY_LINES = 500;

export interface ChatOptions extends CommandIo {
  readonly stdin: NodeJS.ReadStream;
  readonly target: { readonly host: string; readonly port: number };
  /** Empty for a guest. */
  readonly key: string;
  readonly locale: Locale;
  readonly hasColours: boolean;
}

export class Chat {
  readonly #options: ChatOptions;
  readonly #session: ResumableSession;
  readonly #client: Client;
  readonly #lines: Interface;
  readonly #ready = Promise.withResolvers<boolean>();
  #known: { guestToken?: string; conversation?: string } = {};
  #isStreaming = false;
  #hasStarted = false;
  #hasInputEnded = false;

  constructor(options: ChatOptions) {
    this.#options = options;
    const { stdin, stdout, target, locale } = options;
    this.#session = new ResumableSession(
      {
        open: (events) => openTcp({ ...target, connectTimeoutMs: CONNECT_MS }, events),
        clock: systemClock,
        reconnectDelayMs: (attempt, askedMs) => reconnectDelayMs(attempt, askedMs, Math.random),
        client: { client: 'hilo chat', version: '1' },
        locale: () => locale,
        guest: () => this.#known,
        newId: randomUUID,
        resumption: undefined,
        heartbeat: HEARTBEAT,
      },
      {
        stateChanged: (state) => this.#stateChanged(state),
        sessionStarted: (start) => void this.#started(start),
        sessionResumed: () => this.#note(CHAT_TEXTS[locale].back),
        caughtUp: () => {},
        notification: () => {},
        response: () => {},
        persist: () => {},
      },
    );
    this.#client = new Client(this.#session);
    const isTerminal = stdin.isTTY && stdout.isTTY === true;
    this.#lines = createInterface({
      input: stdin,
      ...(isTerminal ? { output: process.stdout } : {}),
      terminal: isTerminal,
      prompt: isTerminal ? '> ' : '',
      historySize: HISTORY_LINES,
      completer: (line: string) => [COMMANDS.filter((command) => command.startsWith(line)), line],
    });
    this.#lines.on('SIGINT', () => this.#interrupt());
    this.#lines.on('close', () => (this.#hasInputEnded = true));
  }

  /** Resolves with the exit code. */
  async run(): Promise<number> {
    // Lines that come before the connection is ready must not be lost.
    const lines = this.#lines[Symbol.asyncIterator]();
    this.#session.start();
    try {
      const isReady = await this.#ready.promise;
      if (isReady) await this.#converse(lines);
      return isReady ? 0 : EXIT_FAILED;
    } finally {
      this.#lines.close();
      this.#session.close();
    }
  }

  async #converse(lines: AsyncIterator<string>): Promise<void> {
    for (;;) {
      if (!this.#hasInputEnded) this.#lines.prompt();
      const { value, done } = await lines.next();
      if (done) return;
      if (!isVisible(value)) continue;
      const command = parseCommand(value, this.#options.locale);
      if (command.type === 'quit') return;
      if (command.type === 'fault') this.#fail(command.command, command.error.key, command.error.values);
      else if (command.type === 'paste') this.#fail('paste', 'unknown_operation', { name: '/paste' });
      else await this.#run(command);
    }
  }

  async #run({ name, command, input, secrets }: OperationCommand): Promise<void> {
    const { locale } = this.#options;
    if (secrets) return this.#note(CHAT_TEXTS[locale].noSecrets);
    const known = name as OperationName;
    // A message that never arrived may be sent again: its id tells the server that it is the same one.
    const id = known === 'chat.send' ? { clientMessageId: randomUUID() } : {};
    const operation: Operation = OPERATIONS[known];
    this.#isStreaming = isStream(name);
    const style = this.#options.hasColours ? new MarkdownStyle() : undefined;
    try {
      const given = { ...input, ...id } as GivenInput<typeof known>;
      const call = this.#client.call(known, given, { survives: this.#isStreaming });
      for await (const event of call) this.#show(operation, event, style);
      if (style && this.#isStreaming) this.#write(style.end());
      this.#write(
        `${this.#isStreaming ? '\n' : ''}${safeText(operation.text?.render(await call, locale) ?? '')}\n`,
      );
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (style && this.#isStreaming) this.#write(`${style.end()}\n`);
      this.#failed(command, error);
    } finally {
      this.#isStreaming = false;
    }
  }

  #show(
    operation: Operation,
    event: { name: string; params: object },
    style: MarkdownStyle | undefined,
  ): void {
    const params = event.params as Readonly<Record<string, unknown>>;
    const piece = operation.text?.renderEvent?.(event.name, params, this.#options.locale);
    if (piece?.line !== undefined) this.#write(`${safeText(piece.line)}\n`);
    if (piece?.chunk === undefined) return;
    const safe = safeText(piece.chunk);
    this.#write(style ? style.push(safe) : safe);
  }

  /** The first one stops the answer; without an answer it is the end. */
  #interrupt(): void {
    if (!this.#isStreaming) return this.#lines.close();
    this.#isStreaming = false;
    void this.#session.call('chat.cancel', {});
  }

  async #started({ guestToken, conversation, loss }: SessionStart): Promise<void> {
    const { key, locale } = this.#options;
    this.#known = {
      ...(guestToken === undefined ? {} : { guestToken }),
      ...(conversation === undefined ? {} : { conversation }),
    };
    if (loss) this.#note(CHAT_TEXTS[locale].lost);
    const outcome = key === '' ? undefined : await this.#session.call('session.authenticate', { key });
    if (outcome?.ok === false) this.#failed('login', new ClientError(outcome.failure));
    this.#ready.resolve(outcome?.ok !== false);
    this.#hasStarted = true;
  }

  #stateChanged(state: ConnectionState): void {
    if (state.name === 'ended') this.#ready.resolve(false);
    if (state.name !== 'waiting') return;
    this.#note(CHAT_TEXTS[this.#options.locale].waiting);
    // A server that was never there will hardly come.
    if (!this.#hasStarted) this.#ready.resolve(false);
  }

  #failed(command: string, { key, message }: ClientError): void {
    if (key === 'disconnected' || key === 'timed_out')
      this.#note(CHAT_TEXTS[this.#options.locale].noConnection);
    else this.#write(`FAIL ${command} ${key}: ${safeText(message)}\n`);
  }

  #fail(
    command: string,
    key: Parameters<typeof errorText>[0],
    values: Parameters<typeof errorText>[2],
  ): void {
    this.#write(`FAIL ${command} ${key}: ${safeText(errorText(key, this.#options.locale, values))}\n`);
  }

  #note(text: string): void {
    this.#options.stderr.write(`-- ${text}\n`);
  }

  #write(text: string): void {
    this.#options.stdout.write(text);
  }
}

const COMMANDS: readonly string[] = [
  ...OPERATION_LIST.flatMap(({ text, commands = [] }) => [...(text ? [text] : []), ...commands]).map(
    ({ command }) => `/${command}`,
  ),
  '/quit',
].sort();
