/** Prices in the settings, in credits. Whole numbers, as all amounts in the ledger. */
import { z } from 'zod';

const PRICE_MAX = 1_000_000;

export const PriceSchema = z.strictObject({
  input: z.int().min(0).max(PRICE_MAX),
  output: z.int().min(0).max(PRICE_MAX),
  image: z.int().min(0).max(PRICE_MAX).optional(),
});

/**
 * `{"model": {"input": 1, "output": 3}, …}`; the name `*` stands for every model that is not named. Where a
 * model is expensive, set a price for `*` too: the same weights under another tag are another name.
 */
export const PricesSchema = z.record(z.string().min(1), PriceSchema);
