/**
 * The face for people: a line is a message, `/word` is a command. [T-1] One line at a time is processed;
 * later lines wait, but `/cancel` acts at once.
 */
import type { TextPiece } from '../../shared/define-operation.ts';
import { HiloError } from '../../shared/errors.ts';
import type { LineFault } from '../../shared/line-splitter.ts';
import { editedLine } from '../../shared/line-editing.ts';
import { noticeOf } from '../../shared/notices.ts';
import { isVisible } from '../../shared/message-text.ts';
import { Paste } from '../../shared/paste.ts';
import { QUESTION_CANCELLED } from '../../shared/secret-question.ts';
import { isStream } from '../../shared/operations/index.ts';
import type { Responder } from '../operations/dispatch.ts';
import type { ServerEntry } from '../operations/services.ts';
import type { Face, FaceHost } from './face.ts';
import { greetingOf } from './greeting.ts';
import { SecretQuestion } from './secret-question.ts';
import {
  isPasted,
  parseCommand,
  PASTED_MESSAGE,
  withPasted,
  type OperationCommand,
  type PastedCommand,
  type TextCommand,
} from '../../shared/text-command.ts';
import { TextWriter } from './text-writer.ts';

const BYTE_ORDER_MARK = '\uFEFF';
const HTTP_REQUEST_LINE = /^[A-Z]{3,10} \S+ HTTP\/\d/;
/** Acts before the lines that wait. [T-6] */
const CANCEL = { type: 'operation', command: 'cancel', name: 'chat.cancel', input: {} } as const;

/** After a refused command with secrets, lines that come so soon may be these. [T-8] */
const LATE_SECRETS_MS = 10_000;

interface LateSecrets {
  left: number;
  readonly untilMs: number;
}

/** Lines that are pasted, and what is done with them. [T-4] [T-9] */
interface Pasting {
  readonly command: PastedCommand;
  /** How the command is called when it is refused. */
  readonly word: string;
  readonly paste: Paste;
}

export class TextFace implements Face {
  readonly #host: FaceHost;
  readonly #entry: ServerEntry;
  readonly #writer: TextWriter;
  readonly #becomeJson: (line: string) => void;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #isWorking = false;
  #isGreeted = false;
  #isFirstLine = true;
  #pasting: Pasting | undefined;
  /** Until no line is being worked on. */
  #quiet: PromiseWithResolvers<void> | undefined;
  /** The next line is its answer. Before it is asked, it is found out whether it may be. */
  #question: SecretQuestion | 'next' | undefined;
  /** What a client may still send, since it did not read that its command was refused. */
  #lateSecrets: LateSecrets | undefined;

  /** `becomeJson` hands the connection over to the other face, with its first line. [P-2] */
  constructor(host: FaceHost, entry: ServerEntry, becomeJson: (line: string) => void) {
    this.#host = host;
    this.#entry = entry;
    this.#writer = new TextWriter(host.outbox);
    this.#becomeJson = becomeJson;
    host.session.onNotice = (name, params) => this.#show(noticeOf(name, params, host.session.locale));
    host.session.whenQuiet = () => this.#whenQuiet();
  }

  get isReady(): boolean {
    const { limits, outbox } = this.#host;
    const hasRoom =
      this.#waiting.length < limits.waitingLinesMax && this.#waitingBytes < limits.waitingBytesMax;
    return hasRoom && (!outbox.isBlocked || this.#isWorking);
  }

  get isIdle(): boolean {
    return !this.#isWorking && this.#waiting.length === 0;
  }

  greet(): void {
    if (this.#isGreeted) return;
    this.#isGreeted = true;
    this.#writer.lines(greetingOf(this.#host.session, this.#entry));
  }

  line(written: string): void {
    if (this.#isFirstLine && !this.#isOurs(withoutByteOrderMark(written))) return;
    const text = editedLine(this.#isFirstLine ? withoutByteOrderMark(written) : written);
    this.#isFirstLine = false;
    this.greet();
    if (this.#isWorking && !this.#pasting && !this.#question && text.trim() === '/cancel') {
      void this.#execute(CANCEL);
      return;
    }
    this.#waiting.push(text);
    this.#waitingBytes += text.length;
    if (!this.#isWorking) void this.#work();
  }

  fault(fault: LineFault): void {
    this.greet();
    this.#isFirstLine = false;
    if (this.#question instanceof SecretQuestion) this.#expectLate(this.#question.left - 1);
    this.#cancelQuestion();
    this.#pasting?.paste.lose(fault);
    const max = this.#host.lineBytesMax;
    this.#refuse('*', new HiloError(fault, { values: fault === 'line_too_long' ? { max } : {} }));
  }

  /** What Ctrl-C in telnet means. [P-6] */
  interrupt(): void {
    if (this.#question) this.#cancelQuestion();
    else if (this.#isWorking) void this.#execute(CANCEL);
  }

  finalErrorLine(error: HiloError): string {
    return this.#writer.failLine('*', error, this.#host.session.locale);
  }

  /** A line in the middle of an answer would disturb it; the final error line says what people need. */
  draining(): void {}

  probe(): void {
    this.#writer.blankLine();
  }

  stalledMs(): number {
    return 0;
  }

  closed(): void {
    this.#waiting = [];
    this.#host.session.end();
    this.#quiet?.resolve();
  }

  /** False when the first line shows that the client speaks another protocol. */
  #isOurs(text: string): boolean {
    if (text.startsWith('{')) {
      this.#becomeJson(text);
      return false;
    }
    if (!HTTP_REQUEST_LINE.test(text)) return true;
    this.#host.close('protocol_violation', new HiloError('protocol_violation', { values: { what: 'HTTP' } }));
    return false;
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let line = this.#waiting.shift(); line !== undefined; line = this.#waiting.shift()) {
      this.#waitingBytes -= line.length;
      await this.#handle(line);
      this.#host.pump();
      await this.#host.outbox.whenWritable();
    }
    this.#isWorking = false;
    this.#endQuiet();
    this.#host.pump();
  }

  /** Whoever waits may look again. */
  #endQuiet(): void {
    this.#quiet?.resolve();
    this.#quiet = undefined;
  }

  /** What others say does not come between a line and its answer, into a paste or after a question. */
  #whenQuiet(): Promise<void> | undefined {
    if (!this.#isWorking && !this.#pasting && !this.#question) return this.#host.outbox.whenWritable();
    this.#quiet ??= Promise.withResolvers();
    return this.#quiet.promise;
  }

  #show({ line, chunk }: TextPiece): void {
    if (line !== undefined) this.#writer.lines(line);
    if (chunk !== undefined) this.#writer.chunk(chunk);
  }

  async #handle(line: string): Promise<void> {
    if (this.#question instanceof SecretQuestion) {
      await this.#answer(this.#question, line);
    } else if (this.#pasting) {
      await this.#addToPaste(this.#pasting, line);
    } else if (!isVisible(line)) {
      this.#charge();
    } else if (this.#isLateSecret(line)) {
      this.#charge();
      this.#writer.lines(`-- ${NOT_SENT[this.#host.session.locale]}`);
    } else {
      await this.#execute(parseCommand(line, this.#host.session.locale));
    }
  }

  async #execute(command: TextCommand): Promise<void> {
    const { session } = this.#host;
    switch (command.type) {
      case 'quit':
        this.#writer.lines(BYE[session.locale]);
        this.#host.close('client_quit');
        return;
      case 'paste':
        this.#beginPaste(PASTED_MESSAGE, 'paste');
        return;
      case 'fault':
        this.#refuse(command.command, command.error);
        this.#expectLate(command.secrets ?? 0);
        return;
      case 'operation':
        if (isPasted(command)) this.#beginPaste(command, command.command);
        else if (command.secrets) await this.#ask(command, command.secrets.length);
        else await this.#run(command);
    }
  }

  async #run({ name, input, command, otherSecrets = 0 }: OperationCommand): Promise<void> {
    const { dispatch, session, port } = this.#host;
    const isMessage = isStream(name);
    if (!isMessage) this.#charge();
    const caller = { session, requestId: undefined, connection: port };
    const succeeded = await dispatch(name, input, caller, this.#responder(command));
    // Accepted messages have their own limit; refused ones must cost something too.
    if (isMessage && !succeeded) this.#charge();
    if (!succeeded && otherSecrets > 0) this.#expectLate(otherSecrets);
  }

  /** Refuses what would be refused whatever the secrets are, before anybody types them. [T-8] */
  async #ask(command: OperationCommand, secrets: number): Promise<void> {
    const { mayAskSecrets, terminal, session } = this.#host;
    this.#charge();
    this.#question = 'next';
    const isRefused = !(await this.#isAllowed(command));
    if (!this.#question) return;
    this.#question = undefined;
    if (!isRefused && mayAskSecrets) {
      this.#question = new SecretQuestion(command, terminal, this.#writer, session.locale);
      return;
    }
    if (!isRefused) this.#fail(command.command, new HiloError('plain_login'));
    // A client that did not wait for the question has sent its answers too; they must not become messages.
    await Promise.resolve();
    const sent = this.#waiting.splice(0, secrets);
    for (const line of sent) this.#waitingBytes -= line.length;
    this.#expectLate(secrets - sent.length);
  }

  #expectLate(left: number): void {
    const untilMs = this.#host.clock.monotonic() + LATE_SECRETS_MS;
    this.#lateSecrets = left > 0 ? { left, untilMs } : undefined;
  }

  /** A secret must not become a message to a model; a person who sees the notice sends a message again. */
  #isLateSecret(line: string): boolean {
    const late = this.#lateSecrets;
    if (!late) return false;
    const isLate = this.#host.clock.monotonic() < late.untilMs && !line.trimStart().startsWith('/');
    late.left -= 1;
    if (!isLate || late.left === 0) this.#lateSecrets = undefined;
    return isLate;
  }

  /** Otherwise the person has been told why not. */
  #isAllowed({ name, input, command }: OperationCommand): Promise<boolean> {
    const { dispatch, session, port } = this.#host;
    const caller = { session, requestId: undefined, connection: port };
    return dispatch('operations.check', { operation: name, input }, caller, this.#responder(command));
  }

  async #answer(question: SecretQuestion, line: string): Promise<void> {
    const answered = question.answer(line);
    if (answered === 'more') {
      this.#charge();
      return;
    }
    this.#question = undefined;
    if (answered) await this.#run(answered);
  }

  #cancelQuestion(): void {
    if (this.#question === 'next') this.#writer.lines(`-- ${QUESTION_CANCELLED[this.#host.session.locale]}`);
    else this.#question?.cancel();
    this.#question = undefined;
    if (!this.#isWorking) this.#endQuiet();
  }

  #beginPaste(command: PastedCommand, word: string): void {
    this.#charge();
    this.#pasting = { command, word, paste: new Paste(this.#host.limits.pasteCharactersMax) };
    this.#writer.lines(PASTE[this.#host.session.locale]);
  }

  async #addToPaste({ command, word, paste }: Pasting, line: string): Promise<void> {
    const max = this.#host.limits.pasteCharactersMax;
    const end = paste.add(line);
    if (!end) return;
    this.#pasting = undefined;
    if ('text' in end) await this.#run(withPasted(command, end.text));
    else this.#refuse(word, new HiloError(end.fault, { values: { max } }));
  }

  #charge(): void {
    this.#host.budget.take(this.#host.clock.monotonic());
  }

  #refuse(command: string, error: HiloError): void {
    this.#charge();
    this.#fail(command, error);
  }

  #fail(command: string, error: HiloError): void {
    this.#host.observer.refused(error.key);
    this.#writer.fail(command, error, this.#host.session.locale);
  }

  #responder(command: string): Responder {
    const { session, outbox } = this.#host;
    const writer = this.#writer;
    return {
      event: (operation, name, params) => {
        this.#show(operation.text?.renderEvent?.(name, params, session.locale) ?? {});
      },
      ready: () => outbox.whenWritable(),
      result: ({ text }, value) => {
        if (text) writer.lines(text.render(value, session.locale));
      },
      failure: (error, trace) => writer.fail(command, error, session.locale, trace),
    };
  }
}

function withoutByteOrderMark(line: string): string {
  return line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
}

const NOT_SENT = {
  en: 'Not sent: after a refused command it could be a password. If it is a message, send it again',
  es: 'No se envió: tras un comando rechazado podría ser una contraseña. Si es un mensaje, repítelo',
} as const;

const BYE = { en: 'Goodbye.', es: 'Hasta luego.' } as const;

const PASTE = {
  en: 'Paste your text; a line with a single "." sends it, ".." stands for such a line.',
  es: 'Pega tu texto; una línea con un solo «.» lo envía, «..» representa una línea así.',
} as const;
