/** Files for tests that send them with messages, and a model that sees beside one that does not. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { sendLargeInput } from '../../shared/client/large-input.ts';
import type { RpcClient } from './rpc-client.ts';

export interface ShownAttachment {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly pages?: number;
  readonly tokens: number;
  readonly truncated?: true;
  readonly fileHash: string;
  readonly sentHash: string;
}

/** Members of `chat.send`. */
export async function attached(client: RpcClient, files: Readonly<Record<string, Buffer>>) {
  const attachments = [];
  for (const [name, bytes] of Object.entries(files)) {
    attachments.push({ file: await uploaded(client, bytes), name });
  }
  return attachments;
}

export function uploaded(client: RpcClient, bytes: Buffer): Promise<string> {
  return sendLargeInput((name, input) => client.call(name, input), { pieces: [bytes], bytes: bytes.length });
}

/** What `attachments.read` gives. */
export async function contentOf(client: RpcClient, message: string, position: number): Promise<Buffer> {
  const before = client.messages.length;
  await client.call('attachments.read', { message, position });
  const pieces = client.messages
    .slice(before)
    .flatMap(({ method, params }) => (method === 'attachments.bytes' ? [String(params?.['data'])] : []));
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
}

export type PictureFormat = 'gif' | 'jpeg' | 'png' | 'webp';

/** With a note in it, as cameras leave them. */
export async function picture(width: number, height: number, format: PictureFormat = 'png'): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background: '#884422' } })
    .withExif({ IFD0: { Copyright: 'whoever took it' } })
    .toFormat(format)
    .toBuffer();
}

export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

export interface ModelsOptions {
  readonly kind?: 'ollama' | 'openai';
  /** The default route cannot see; `seeing` can. */
  readonly isBlind?: boolean;
}

/** Writes a `MODELS_FILE` with the routes `blind` and `seeing` of one model server; returns its path. */
export async function twoRoutes(
  folder: string,
  url: string,
  { kind = 'openai', isBlind = false }: ModelsOptions = {},
): Promise<string> {
  const price = { input: 1, output: 1 };
  const route = { upstream: 'one', model: 'stub', price, contextTokens: 7_000, maxOutputTokens: 1_000 };
  const file = join(folder, 'models.json');
  const models = {
    upstreams: [{ id: 'one', kind, baseUrl: kind === 'openai' ? `${url}/v1` : url, slots: 2 }],
    routes: [
      { ...route, id: 'blind' },
      { ...route, id: 'seeing', capabilities: ['chat', 'vision'] },
    ],
    default: isBlind ? 'blind' : 'seeing',
  };
  await writeFile(file, JSON.stringify(models));
  return file;
}
