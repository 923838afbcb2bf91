/**
 * Looks through the file of a batch before anything of it is run: whether every line can be a job, and what
 * all of them may cost at most. In memory is one line, and a digest of each id.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { errorText, toHiloError } from '../../shared/errors.ts';
import { fill, type Locale, type Localised } from '../../shared/locale.ts';
import { BATCH_OPERATION_LIMITS, type BatchFault } from '../../shared/operations/batch-shapes.ts';
import type { BatchLine } from '../../shared/operations/batch-shapes.ts';
import { affordable } from '../credits/ledger-meter.ts';
import type { JobPlan } from '../jobs/job.ts';
import { linesFrom, readLine } from './batch-lines.ts';
import { BATCH_LIMITS } from './limits.ts';

export interface CheckOptions {
  readonly endpoint: string | undefined;
  readonly locale: Locale;
  readonly signal: AbortSignal;
  /** Rejects with what would refuse the line. */
  readonly plan: (line: BatchLine) => Promise<JobPlan>;
}

export interface Checked {
  readonly total: number;
  /** Credits for all lines, at most. */
  readonly most: number;
  readonly faults: readonly BatchFault[];
}

const DIGEST_BYTES = 12;
/** Between them others have a turn. */
const LINES_IN_A_ROW = 20;

export async function checkFile(path: string, options: CheckOptions): Promise<Checked> {
  const { locale, signal } = options;
  const faults: BatchFault[] = [];
  const ids = new Set<string>();
  let total = 0;
  let most = 0;
  for await (const raw of linesFrom(path, 0)) {
    signal.throwIfAborted();
    total += 1;
    if (total > BATCH_OPERATION_LIMITS.linesMax) {
      faults.push(fault('too_many_lines', locale, { max: BATCH_OPERATION_LIMITS.linesMax }));
      break;
    }
    const read = readLine(raw);
    const found = 'line' in read ? await faultOf(read.line, ids, options) : undefined;
    if (!('line' in read)) {
      faults.push({ ...fault(read.code, locale, 'param' in read ? { param: read.param } : {}), line: total });
    } else if (typeof found === 'number') most += found;
    else if (found) faults.push({ ...found, line: total });
    if (faults.length >= BATCH_LIMITS.faultsMax) break;
    if (total % LINES_IN_A_ROW === 0) await setImmediate();
  }
  if (total === 0) faults.push(fault('empty_file', locale));
  return { total, most, faults };
}

/** What is wrong with a line, or else what it costs at most. */
async function faultOf(
  line: BatchLine,
  ids: Set<string>,
  { endpoint, locale, plan }: CheckOptions,
): Promise<BatchFault | number> {
  const { customId, refused } = line;
  if (customId !== undefined) {
    const digest = createHash('sha256').update(customId).digest('latin1').slice(0, DIGEST_BYTES);
    if (ids.has(digest)) return { ...fault('duplicate_custom_id', locale), param: 'custom_id' };
    ids.add(digest);
  }
  if (refused) return refused;
  if (endpoint !== undefined && line.endpoint !== endpoint) {
    return { ...fault('mismatched_endpoint', locale, { endpoint }), param: 'url' };
  }
  try {
    return affordable(await plan(line), Number.MAX_SAFE_INTEGER)?.amount ?? 0;
  } catch (thrown) {
    const { key, values } = toHiloError(thrown);
    if (key === 'internal') throw thrown;
    return { code: key, message: errorText(key, locale, values) };
  }
}

export function fault(
  code: keyof typeof TEXTS,
  locale: Locale,
  values: Readonly<Record<string, string | number>> = {},
): BatchFault {
  return { code, message: fill(TEXTS[code][locale], values) };
}

const TEXTS = {
  empty_file: { en: 'The file has no lines', es: 'El archivo no tiene líneas' },
  too_many_lines: {
    en: 'A batch may have at most {max} lines',
    es: 'Un lote puede tener como máximo {max} líneas',
  },
  line_too_long: {
    en: 'This line is too long, or is not UTF-8',
    es: 'Esta línea es demasiado larga, o no es UTF-8',
  },
  invalid_json_line: { en: 'This line is not valid JSON', es: 'Esta línea no es JSON válido' },
  invalid_value: {
    en: 'A member of this line is not right: {param}',
    es: 'Un miembro de esta línea no es correcto: {param}',
  },
  duplicate_custom_id: {
    en: 'An earlier line has the same id',
    es: 'Una línea anterior tiene el mismo id',
  },
  mismatched_endpoint: {
    en: 'This line is not for {endpoint}, as the batch is',
    es: 'Esta línea no es para {endpoint}, como lo es el lote',
  },
  file_missing: { en: 'The file is gone', es: 'El archivo ya no está' },
} as const satisfies Readonly<Record<string, Localised>>;
