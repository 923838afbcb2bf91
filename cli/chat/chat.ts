/** The conversation itself: lines in, answers out, until the input ends or the person leaves. */
import { randomUUID } from 'node:crypto';
import { reconnectDelayMs } from '../../shared/client/backoff.ts';
import { ATTACHMENT_LIMITS } from '../../shared/attachments.ts';
import { Client, ClientError, type Output } from '../../shared/client/client.ts';
import { HEARTBEAT } from '../../shared/client/heartbeat.ts';
import { ResumableSession } from '../../shared/client/resumable-session.ts';
import type { ConnectionState, SessionStart } from '../../shared/client/session-contract.ts';
import { openTcp } from '../../shared/client/tcp-transport.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Operation, TextPiece } from '../../shared/define-operation.ts';
import { errorText } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/ip-address.ts';
import { fill, type Locale } from '../../shared/locale.ts';
import { isVisible } from '../../shared/message-text.ts';
import { Paste } from '../../shared/paste.ts';
import { cancelsQuestion, QUESTION_CANCELLED, questionFor } from '../../shared/secret-question.ts';
import { OPERATIONS, isStream, type OperationName } from '../../shared/operations/index.ts';
import {
  isPasted,
  parseCommand,
  PASTED_MESSAGE,
  withPasted,
  type OperationCommand,
  type PastedCommand,
} from '../../shared/text-command.ts';
import { safeText } from '../../shared/text-safety.ts';
import { EXIT_FAILED, type CommandIo } from '../command.ts';
import { CHAT_TEXTS } from './chat-texts.ts';
import { Elsewhere } from './elsewhere.ts';
import { TerminalLogin } from './login.ts';
import { MarkdownStyle } from './markdown-style.ts';
import { Terminal } from './terminal.ts';
import { pathIn, TerminalFiles } from './terminal-files.ts';

const CONNECT_MS = 10_000;
/** The server has lost what was asked for, with the session. */
const LOST: readonly string[] = ['unknown_session', 'gap'];

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
  readonly #terminal: Terminal;
  readonly #login: TerminalLogin;
  readonly #elsewhere: Elsewhere;
  readonly #files: TerminalFiles;
  readonly #ready = Promise.withResolvers<boolean>();
  /** The person leaves while something is still under way. */
  readonly #left = Promise.withResolvers<void>();
  /** Until a session that was lost has been replaced. */
  #restart: PromiseWithResolvers<void> | undefined;
  #known: { guestToken?: string; conversation?: string } = {};
  #isStreaming = false;
  #hasStarted = false;

  constructor(options: ChatOptions) {
    this.#options = options;
    this.#session = this.#openSession(randomUUID());
    this.#client = new Client(this.#session);
    this.#files = new TerminalFiles(this.#client, () => (this.#login.key ?? options.key) !== '');
    this.#terminal = new Terminal({ ...options, onInterrupt: () => this.#interrupt() });
    this.#elsewhere = new Elsewhere(this.#terminal, options.locale);
    this.#login = new TerminalLogin({
      client: this.#client,
      clock: systemClock,
      onEnded: () => this.#note(this.#texts.signedOut),
    });
  }

  /** Resolves with the exit code. */
  async run(): Promise<number> {
    this.#session.start();
    try {
      const isReady = await this.#ready.promise;
      if (isReady) await this.#greet();
      if (isReady) await Promise.race([this.#converse(), this.#left.promise]);
      return isReady ? 0 : EXIT_FAILED;
    } finally {
      this.#login.end();
      this.#terminal.close();
      this.#session.close();
    }
  }

  get #texts() {
    return CHAT_TEXTS[this.#options.locale];
  }

  #openSession(device: string): ResumableSession {
    const { target, locale } = this.#options;
    const events = {
      stateChanged: (state: ConnectionState) => this.#stateChanged(state),
      sessionStarted: (start: SessionStart) => void this.#started(start),
      sessionResumed: () => this.#note(this.#texts.back),
      caughtUp: () => {},
      notification: (name: string, params: object) => this.#elsewhere.told(name, { ...params }),
      response: () => {},
      persist: () => {},
    };
    return new ResumableSession(
      {
        open: (transport) => openTcp({ ...target, connectTimeoutMs: CONNECT_MS }, transport),
        clock: systemClock,
        reconnectDelayMs: (attempt, askedMs) => reconnectDelayMs(attempt, askedMs, Math.random),
        client: { client: 'hilo chat', version: '1' },
        locale: () => locale,
        guest: () => this.#greeting(device),
        newId: randomUUID,
        resumption: undefined,
        heartbeat: HEARTBEAT,
      },
      events,
    );
  }

  #greeting(device: string) {
    const key = this.#login.key ?? this.#options.key;
    return { ...this.#known, device, typed: true, ...(key === '' ? {} : { key }) };
  }

  /** In a pipe there is nobody to greet. */
  async #greet(): Promise<void> {
    if (!this.#terminal.isTerminal) return;
    const isSignedIn = (this.#login.key ?? this.#options.key) !== '';
    try {
      const { guests, signUp } = await this.#client.call('server.entry', {});
      const { signedIn, guest, signUp: open, closed } = this.#texts.greetings;
      this.#note(isSignedIn ? signedIn : guests ? guest : signUp ? open : closed);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
    }
  }

  async #converse(): Promise<void> {
    for (;;) {
      const line = await this.#terminal.line();
      if (line === undefined) return;
      if (!isVisible(line)) continue;
      const path = pathIn(line);
      if (path !== undefined) {
        await this.#attach(path);
        continue;
      }
      const command = parseCommand(line, this.#options.locale);
      if (command.type === 'quit') return;
      if (command.type === 'fault') {
        const { key, values } = command.error;
        const text = safeText(errorText(key, this.#options.locale, values));
        this.#terminal.write(`FAIL ${command.command} ${key}: ${text}\n`);
        continue;
      }
      const meant = command.type === 'paste' ? PASTED_MESSAGE : command;
      const operation = isPasted(meant) ? await this.#pasted(meant) : await this.#withSecrets(meant);
      if (operation) await this.#run(operation);
      this.#elsewhere.flush();
    }
  }

  async #attach(path: string): Promise<void> {
    const { filesMax: max } = ATTACHMENT_LIMITS;
    try {
      const fault = await this.#files.attach(path);
      const text = fault ? this.#texts.fileFaults[fault] : this.#texts.attached;
      this.#note(fill(text, { path, max, names: this.#files.names }));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.#failed('attach', error);
    }
  }

  async #pasted(command: PastedCommand): Promise<OperationCommand | undefined> {
    this.#note(this.#texts.paste);
    const paste = new Paste(Number.POSITIVE_INFINITY);
    for (;;) {
      const line = await this.#terminal.line();
      if (line === undefined) return undefined;
      const end = paste.add(line);
      if (end) return 'text' in end && isVisible(end.text) ? withPasted(command, end.text) : undefined;
    }
  }

  /** Undefined when the person has cancelled, when it would be refused, or when others could read it. */
  async #withSecrets(command: OperationCommand): Promise<OperationCommand | undefined> {
    const { secrets = [], input } = command;
    if (secrets.length === 0) return command;
    if (!(await this.#maySecretsBeAsked(command))) {
      // What was piped in for the questions must not become messages.
      await this.#terminal.skip(secrets.length);
      return undefined;
    }
    const { locale } = this.#options;
    const answers: Record<string, string> = {};
    for (const secret of secrets) {
      const answer = await this.#terminal.secret(questionFor(secret, locale));
      if (answer === undefined || cancelsQuestion(answer)) {
        this.#note(QUESTION_CANCELLED[locale]);
        return undefined;
      }
      answers[secret.name] = answer;
    }
    return { ...command, input: { ...input, ...answers } };
  }

  /** Otherwise the person has been told why not. */
  async #maySecretsBeAsked({ name, input, command }: OperationCommand): Promise<boolean> {
    const { host } = this.#options.target;
    try {
      await this.#client.call('operations.check', { operation: name, input });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.#failed(command, error);
      return false;
    }
    if (host === 'localhost' || isLoopback(host)) return true;
    this.#note(fill(this.#texts.plain, { host }));
    return false;
  }

  async #run(command: OperationCommand): Promise<void> {
    this.#isStreaming = isStream(command.name);
    // A message that never arrived may be sent again: its id tells the server that it is the same one.
    const id = this.#isStreaming ? { clientMessageId: randomUUID() } : {};
    const files = command.name === 'chat.send' ? this.#files.members : {};
    try {
      for (;;) {
        try {
          await this.#ask({ ...command, input: { ...command.input, ...files, ...id } });
          if (command.name === 'chat.send') this.#files.clear();
          return;
        } catch (error) {
          if (!(error instanceof ClientError)) throw error;
          if (!this.#isStreaming || !LOST.includes(error.key)) return this.#failed(command.command, error);
        }
        this.#restart = Promise.withResolvers();
        await this.#restart.promise;
        this.#note(this.#texts.repeated);
      }
    } finally {
      this.#isStreaming = false;
    }
  }

  /** Rejects with `ClientError`. */
  async #ask({ name, input }: OperationCommand): Promise<void> {
    const known = name as OperationName;
    const operation: Operation = OPERATIONS[known];
    const isAnswer = isStream(name);
    const style = this.#options.hasColours && isAnswer ? new MarkdownStyle() : undefined;
    let isAtLineStart = true;
    const write = (text: string) => {
      if (text !== '') isAtLineStart = text.endsWith('\n');
      this.#terminal.write(text);
    };
    try {
      const given = await this.#files.fitting(operation, input);
      const call = this.#client.call(known, given, { survives: isAnswer });
      for await (const event of call) write(shown(this.#piece(operation, event), style));
      const result = await call;
      if (isAnswer) write(`${style?.end() ?? ''}\n`);
      write(`${safeText(operation.text?.render(result, this.#options.locale) ?? '')}\n`);
      this.#keepPlace(known, result);
      if (name === 'auth.login' || name === 'auth.register') {
        await this.#login.begin(result as Output<'auth.login'>);
      } else if (name === 'auth.logout') this.#login.end();
    } catch (error) {
      const end = style?.end() ?? '';
      this.#terminal.write(isAtLineStart ? end : `${end}\n`);
      throw error;
    }
  }

  /** A session that has to begin anew goes on there. */
  #keepPlace(name: OperationName, result: object): void {
    if (name === 'chat.new') this.#known = { ...this.#known, conversation: 'new' };
    if (!isStream(name) && name !== 'chat.branch' && name !== 'conversations.open') return;
    const { conversation } = result as { readonly conversation?: string | { readonly id: string } };
    const id = typeof conversation === 'object' ? conversation.id : conversation;
    if (id !== undefined) this.#known = { ...this.#known, conversation: id };
  }

  #piece(operation: Operation, { name, params }: { name: string; params: object }): TextPiece {
    return operation.text?.renderEvent?.(name, { ...params }, this.#options.locale) ?? {};
  }

  /** The first one stops the answer; without an answer, and the second time, it is the end. */
  #interrupt(): void {
    if (!this.#isStreaming) return this.#left.resolve();
    this.#isStreaming = false;
    void this.#session.call('chat.cancel', {});
  }

  async #started({ guestToken, conversation, loss }: SessionStart): Promise<void> {
    const before = this.#known.conversation;
    this.#known = {
      ...(guestToken === undefined ? {} : { guestToken }),
      ...(conversation === undefined ? {} : { conversation }),
    };
    if (loss) this.#note(conversation === before ? this.#texts.begun : this.#texts.lost);
    const isSignedIn = await this.#signedIn();
    this.#ready.resolve(isSignedIn);
    this.#restart?.resolve();
    this.#hasStarted = true;
  }

  /** The greeting passes over a key that is not valid; here the person is told. */
  async #signedIn(): Promise<boolean> {
    const { key } = this.#options;
    try {
      if (this.#login.key !== undefined) await this.#login.renew();
      else if (key !== '') await this.#client.call('session.authenticate', { key });
      return true;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (error.key === 'login_ended') this.#login.end();
      this.#failed('login', error);
      return false;
    }
  }

  #stateChanged(state: ConnectionState): void {
    if (state.name === 'ended') this.#ready.resolve(false);
    if (state.name !== 'waiting') return;
    this.#note(this.#texts.waiting);
    // A server that was never there will hardly come.
    if (!this.#hasStarted) this.#ready.resolve(false);
  }

  #failed(command: string, { key, message }: ClientError): void {
    if (key === 'disconnected' || key === 'timed_out') this.#note(this.#texts.noConnection);
    else this.#terminal.write(`FAIL ${command} ${key}: ${safeText(message)}\n`);
  }

  #note(text: string): void {
    this.#options.stderr.write(`-- ${text}\n`);
  }
}

function shown({ line, chunk }: TextPiece, style: MarkdownStyle | undefined): string {
  const safe = safeText(chunk ?? '');
  return (line === undefined ? '' : `${safeText(line)}\n`) + (style ? style.push(safe) : safe);
}
