/** Reads a password from a terminal that does not show it, or from a pipe. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * Undefined when somebody presses Ctrl-C or Ctrl-D instead. `ask` writes the question: once it is seen, the
 * terminal shows nothing any more.
 */
export function readHidden(stdin: NodeJS.ReadStream, ask: () => void): Promise<string | undefined> {
  // Editing keys work as usual; what they would draw goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => resolve(undefined));
    ask();
  });
}

/** Empty at the end of the input. */
export async function readFirstLine(stdin: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdin })) return line;
  return '';
}
