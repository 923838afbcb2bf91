/** `hilo image`: a picture, drawn by a running server and written to a file. */
import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Client } from '../../shared/client/client.ts';
import { fill } from '../../shared/locale.ts';
import { ImageSize } from '../../shared/operations/image-shapes.ts';
import { renderDrawnLines, renderImageEvent } from '../../shared/operations/images-generate.ts';
import { cliLocale, type CommandIo } from '../command.ts';
import { ANSWER_MS, SERVER_OPTIONS, serverCommand } from '../server-client.ts';
import { IMAGE_TEXTS } from './image-texts.ts';

/** `image PROMPT… [--out FILE] [--size WxH] [--seed N] [--style WORDS] [--route ROUTE] [--json]` */
export const imageCommand = serverCommand({
  usage: (locale) => IMAGE_TEXTS[locale].usage,
  askedBy,
  run: (asked, { client, io }) => draw(asked, client, io),
});

type Asked = NonNullable<ReturnType<typeof askedBy>>;

function askedBy(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const wish = { out: text, size: text, seed: text, style: text, route: text };
  const options = { ...wish, ...SERVER_OPTIONS, json: { type: 'boolean', default: false } } as const;
  const given = parseArgs({ args: [...args], allowPositionals: true, options });
  const { size, seed } = given.values;
  const prompt = given.positionals.join(' ').trim();
  const isSize = size === undefined || ImageSize.safeParse(size).success;
  const isSeed = seed === undefined || /^\d{1,10}$/.test(seed);
  return prompt !== '' && isSize && isSeed ? { ...given.values, prompt } : undefined;
}

async function draw(asked: Asked, client: Client, io: CommandIo): Promise<void> {
  const locale = cliLocale(io.env);
  const { prompt, size, seed, style, route, json, out } = asked;
  // Nobody should pay for a picture that cannot be written.
  await orNotWritten(io, out ?? '.', () => access(dirname(out ?? './x'), constants.W_OK));
  const wish = {
    prompt,
    ...(size !== undefined && { size }),
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(style !== undefined && { style }),
    ...(route !== undefined && { route }),
  };
  const call = client.call('images.generate', wish, { timeoutMs: ANSWER_MS });
  for await (const { name, params } of call) {
    const { line } = renderImageEvent(name, params, locale);
    if (line !== undefined) io.stderr.write(`${line}\n`);
  }
  const drawn = await call;
  const file = out ?? `hilo-${drawn.id}.png`;
  const bytes = await bytesOf(client, drawn.keys['image'] ?? '');
  await orNotWritten(io, file, () => writeFile(file, bytes));
  if (json) io.stdout.write(`${JSON.stringify({ ...drawn, file }, undefined, 2)}\n`);
  else io.stdout.write(`${file}\n`);
  if (!json) io.stderr.write(`-- ${renderDrawnLines(drawn, locale).join('\n-- ')}\n`);
}

async function bytesOf(client: Client, key: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const event of client.call('artifacts.read', { service: 'image', key })) {
    if (event.name === 'artifacts.bytes') pieces.push(Buffer.from(event.params.data, 'base64'));
  }
  return Buffer.concat(pieces);
}

async function orNotWritten(io: CommandIo, path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new Error(fill(IMAGE_TEXTS[cliLocale(io.env)].notWritten, { path, code }), { cause: error });
  }
}
