import { z } from 'zod';
import { defineOperation, type TextPiece } from '../define-operation.ts';
import type { Locale } from '../locale.ts';
import { Trace } from './common.ts';
import { Charged, CompletionReceipt } from './completion-shapes.ts';
import { EXAMPLE_IMAGE, IMAGE_ERRORS, ImageRequest, ImageWish } from './image-shapes.ts';

const Output = ImageRequest.extend({ trace: Trace, credits: Charged, receipt: CompletionReceipt });

export const imagesGenerate = defineOperation({
  name: 'images.generate',
  summary: { en: 'Draw an image', es: 'Dibuja una imagen' },
  access: 'anonymous',
  scope: 'models',
  effect: 'stream',
  input: ImageWish.extend({
    /** The images come with the events too. */
    data: z.boolean().optional(),
  }),
  output: Output,
  events: {
    /** 1 is next in line. */
    'images.queued': z.strictObject({ position: z.int().positive() }),
    'images.started': z.strictObject({
      trace: Trace,
      id: z.string(),
      route: z.string(),
      model: z.string(),
    }),
    'images.loading': z.strictObject({}),
    /** One of them is there. */
    'images.image': z.strictObject({
      index: z.int().nonnegative(),
      width: z.int().positive(),
      height: z.int().positive(),
    }),
    /** Base64; joined in order they are the image. Only when they were asked for. */
    'images.data': z.strictObject({ index: z.int().nonnegative(), data: z.string() }),
  },
  errors: IMAGE_ERRORS,
  text: { command: 'image', args: ['...prompt'], render, renderEvent: renderImageEvent },
  examples: [
    {
      input: { prompt: EXAMPLE_IMAGE.prompt, size: '512x512' },
      output: {
        ...EXAMPLE_IMAGE,
        trace: 'Usuario-3:m1',
        credits: { charged: 0, balance: 20_000 },
        receipt: { index: 15, promptSalt: '…', answerSalt: '…' },
      },
    },
  ],
});

type Drawn = z.output<typeof Output>;

function render(drawn: Drawn, locale: Locale): string {
  const lines = drawn.images.map(({ width, height, image }) => `${width}x${height}  ${image.url}`);
  return [...renderDrawnLines(drawn, locale), `${OPEN[locale]}:`, ...lines].join('\n');
}

/** What was paid, and whether it is a picture at all. */
export function renderDrawnLines({ id, credits, meta }: Drawn, locale: Locale): string[] {
  const paid = `${id} · ${credits.charged} ${locale === 'es' ? 'créditos' : 'credits'}`;
  return meta.provider === 'offline' ? [paid, PLACEHOLDER[locale]] : [paid];
}

const OPEN = {
  en: 'Open it in a browser, at the web address of this server, within minutes',
  es: 'Ábrela en un navegador, en la dirección web de este servidor, en los próximos minutos',
} as const;

const PLACEHOLDER = {
  en: 'No model that draws is configured: this is a placeholder.',
  es: 'No hay configurado ningún modelo que dibuje: es una imagen de muestra.',
} as const;

export function renderImageEvent(
  name: string,
  params: Readonly<Record<string, unknown>>,
  locale: Locale,
): TextPiece {
  switch (name) {
    case 'images.queued':
      return { line: `… ${locale === 'es' ? 'en cola' : 'queued'}: ${String(params['position'])}` };
    case 'images.started':
      return { line: `… ${locale === 'es' ? 'dibujando' : 'drawing'} (${String(params['model'])})` };
    default:
      return {};
  }
}
