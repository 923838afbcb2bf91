/** The programs that people have: `nc` and `telnet` of Debian, on a running server. [P-5] [P-6] [T-4] */
import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

class Program implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #output = '';
  #wake: () => void = () => {};

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args);
    this.#ended = once(this.#child, 'close');
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#wake();
    });
    this.#child.on('close', () => this.#wake());
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  end(): void {
    this.#child.stdin.end();
  }

  /** Resolves when the output has it; takes what came up to its end away. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match) {
        const end = match.index + match[0].length;
        const seen = this.#output.slice(0, end);
        this.#output = this.#output.slice(end);
        return seen;
      }
      if (this.#child.exitCode !== null)
        throw new Error(`It ended without ${pattern.source}:\n${this.#output}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async rest(): Promise<string> {
    await this.#ended;
    return this.#output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

test('nc: a line in, the answer out, and the end', { timeout: 30_000 }, async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  await using nc = new Program('nc', ['-N', '127.0.0.1', String(server.port)]);
  nc.type('hello');
  nc.end();
  assert.match(await nc.rest(), /\necho: hello\n-- Usuario-\d+:m1 · test-model\n$/);
});

test('nc: the greeting names /paste, for several lines', { timeout: 30_000 }, async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  await using nc = new Program('nc', ['127.0.0.1', String(server.port)]);
  await nc.until(/\/paste takes several lines.*\n.*\/lang es\n/);
  nc.type('/paste\none\n..\n\ntwo\n.\n');
  assert.match(await nc.until(/-- .*\n/), /\necho: one\n\.\n\ntwo\n-- Usuario-\d+:m1 /);
});

test('telnet: a line in, the answer out', { timeout: 30_000 }, async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  await using telnet = new Program('telnet', ['127.0.0.1', String(server.port)]);
  await telnet.until(/connected\.[^]*\/lang es\r?\n/);
  telnet.type('hello señor\n');
  assert.match(await telnet.until(/-- .*\n/), /echo: hello señor\r?\n-- Usuario-\d+:m1 · test-model/);
});
