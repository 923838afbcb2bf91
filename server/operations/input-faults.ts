/** The error for an input that does not fit its operation. */
import type { z } from 'zod';
import { HiloError } from '../../shared/errors.ts';
import { memberOfFault, wordsOfFaults, type Issue } from '../../shared/fault-words.ts';
import type { Locale } from '../../shared/locale.ts';
import { truncate } from '../../shared/truncate.ts';

/** Empty when the input fits. */
export function faultsIn(schema: z.ZodType, input: unknown): readonly Issue[] {
  return schema.safeParse(input, { reportInput: true }).error?.issues ?? [];
}

/** `invalid_params`, in the caller's language; of what was given only types, counts and names. */
export function inputFault(issues: readonly Issue[], locale: Locale): HiloError {
  const [first] = issues;
  const param = first ? truncate(memberOfFault(first).map(String).join('.')) : '';
  return new HiloError('invalid_params', { values: { detail: wordsOfFaults(issues, locale), param } });
}
