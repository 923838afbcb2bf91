import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { PROVIDERS } from '../model-route.ts';
import { WalletName, ModelName, Trace } from './common.ts';
import { Charged, COMPLETION_ERRORS, COMPLETION_LIMITS, CompletionReceipt } from './completion-shapes.ts';

export const embeddingsCreate = defineOperation({
  name: 'embeddings.create',
  summary: {
    en: 'Turn texts into vectors, for search and comparison',
    es: 'Convierte textos en vectores, para buscar y comparar',
  },
  access: 'anonymous',
  scope: 'models',
  effect: 'stream',
  largeInput: true,
  input: z.strictObject({
    /** The first one for embeddings when left out. */
    route: ModelName.optional(),
    /** Whose money it uses: `own`, or one of your teams; as you have chosen when left out. */
    wallet: WalletName.optional(),
    input: z.array(z.string().min(1)).min(1).max(COMPLETION_LIMITS.embeddingInputsMax),
    /** As the model has them when left out. */
    dimensions: z.int().positive().max(COMPLETION_LIMITS.dimensionsMax).optional(),
  }),
  output: z.strictObject({
    trace: Trace,
    route: z.string(),
    provider: z.enum(PROVIDERS),
    model: z.string(),
    /** How many vectors came, one for each text. */
    count: z.int().nonnegative(),
    dimensions: z.int().positive(),
    usage: z.strictObject({
      inputTokens: z.int().nonnegative(),
      source: z.enum(['reported', 'estimated']),
    }),
    credits: Charged,
    receipt: CompletionReceipt,
  }),
  events: {
    'embeddings.queued': z.strictObject({ position: z.int().positive() }),
    'embeddings.started': z.strictObject({ trace: Trace, route: z.string(), model: z.string() }),
    'embeddings.loading': z.strictObject({}),
    /** In the order of the texts. */
    'embeddings.vector': z.strictObject({
      index: z.int().nonnegative(),
      /** Base64 of little-endian 32-bit floats. */
      vector: z.string(),
    }),
  },
  errors: COMPLETION_ERRORS,
  examples: [
    {
      input: { input: ['hello'] },
      output: {
        trace: 'Usuario-3:m1',
        route: 'vectors',
        provider: 'ollama',
        model: 'nomic-embed-text',
        count: 1,
        dimensions: 768,
        usage: { inputTokens: 3, source: 'reported' },
        credits: { charged: 3, balance: 19997 },
        receipt: { index: 15, promptSalt: '…', answerSalt: '…' },
      },
    },
  ],
});
