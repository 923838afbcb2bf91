/**
 * Operations on the running server, from its own machine: connects to the line port, signs in with the key of
 * the data directory, asks, prints what came.
 */
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, type Command } from './command.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 5001;
/** An answer of the model may take so long. */
const PATIENCE_MS = 330_000;

interface Response {
  readonly id?: number | null;
  readonly method?: string;
  readonly params?: { readonly text?: string };
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data: { readonly reason: string } };
}

/** `call OPERATION [JSON]` */
export const callCommand: Command = async ([operation, json = '{}', ...rest]) => {
  if (operation === undefined || rest.length > 0) return usage('hilo call OPERATION [JSON]');
  try {
    return await call(operation, JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return usage('hilo call OPERATION [JSON]', error.message);
    throw error;
  }
};

/** `grant ACCOUNT AMOUNT [REASON…]` */
export const grantCommand: Command = async ([account, amount, ...reason]) => {
  if (account === undefined || amount === undefined) return usage('hilo grant ACCOUNT AMOUNT [REASON]');
  return call('credits.grant', { account, amount, reason: reason.join(' ') });
};

/** `refund SETTLE AMOUNT [REASON…]` */
export const refundCommand: Command = async ([settle, amount, ...reason]) => {
  if (settle === undefined || amount === undefined) return usage('hilo refund SETTLE AMOUNT [REASON]');
  return call('credits.refund', { settle, amount, reason: reason.join(' ') });
};

async function call(operation: string, params: unknown): Promise<number> {
  try {
    const key = await readFile(join(process.env['DATA_DIR'] ?? './data', 'keys', 'admin.key'), 'utf8');
    const response = await ask(operation, params, key.trim());
    if (response.error) {
      process.stderr.write(`${response.error.data.reason}: ${response.error.message}\n`);
      return EXIT_FAILED;
    }
    process.stdout.write(`${JSON.stringify(response.result, undefined, 2)}\n`);
    return 0;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${CANNOT[cliLocale()]}: ${text}\n`);
    return EXIT_FAILED;
  }
}

/** Rejects when the server cannot be reached, hangs up, or does not answer in time. */
async function ask(operation: string, params: unknown, key: string): Promise<Response> {
  const host = process.env['APP_HOST'] ?? DEFAULT_HOST;
  const port = Number(process.env['APP_PORT'] ?? DEFAULT_PORT);
  const socket = connect({ host: host === '0.0.0.0' ? DEFAULT_HOST : host, port });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`No answer in ${PATIENCE_MS / 1_000} s`)));
  const failed = new Promise<never>((_, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The server hung up')));
  });
  failed.catch(() => {});
  const requests = [
    ['session.locale', { locale: cliLocale() }],
    ['session.authenticate', { key }],
    [operation, params],
  ] as const;
  for (const [id, [method, input]] of requests.entries()) {
    socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params: input })}\n`);
  }
  try {
    return await Promise.race([failed, answer(socket, requests.length - 1)]);
  } finally {
    socket.destroy();
  }
}

async function answer(socket: NodeJS.ReadableStream, lastId: number): Promise<Response> {
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    const response = JSON.parse(line) as Response;
    if (response.error && response.id !== undefined) return response;
    if (response.id === lastId) return response;
  }
  throw new Error('The server hung up');
}

function usage(text: string, fault = ''): number {
  process.stderr.write(`${fault === '' ? '' : `${fault}\n`}${USAGE[cliLocale()]}: ${text}\n`);
  return EXIT_USAGE;
}

const USAGE = { en: 'Usage', es: 'Uso' } as const;
const CANNOT = { en: 'The server could not be asked', es: 'No se pudo preguntar al servidor' } as const;
