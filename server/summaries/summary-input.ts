/** What is to be summarised, as it was asked for. */
import { HiloError } from '../../shared/errors.ts';
import type { InputOf } from '../../shared/define-operation.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import type { Operations } from '../../shared/operations/index.ts';
import type { RequestFiles } from '../artifacts/request-files.ts';
import type { UploadStore } from '../uploads/upload-store.ts';
import { SUMMARY_RUN_LIMITS } from './limits.ts';
import type { Reading, SourceRequest, SourceText, SummarySources } from './summary-source.ts';

export type SummaryInput = InputOf<Operations['summaries.create']>;

export interface SourceServices {
  readonly uploads: Pick<UploadStore, 'take'>;
  readonly summarySources: SummarySources;
  readonly requests: Pick<RequestFiles, 'ownContent'>;
}

/** Throws what can be refused before anything is fetched or read. */
export function checkSource(
  { summarySources }: Pick<SourceServices, 'summarySources'>,
  input: SummaryInput,
  locale: Locale,
): SourceRequest['kind'] {
  const kind = kindOf(input, locale);
  if (kind === 'url') summarySources.check({ kind, url: input.url ?? '' }, locale);
  return kind;
}

/** Rejects with what `SummarySources.read` does, `not_found` and `file_incomplete`. */
export async function readSource(
  { uploads, summarySources, requests }: SourceServices,
  { owner, input }: { readonly owner: string; readonly input: SummaryInput },
  reading: Reading,
): Promise<SourceText> {
  const kind = kindOf(input, reading.locale);
  if (kind === 'text') return summarySources.read({ kind, text: input.text ?? '' }, reading);
  if (kind === 'url') return summarySources.read({ kind, url: input.url ?? '' }, reading);
  if (input.s3Key !== undefined) {
    const bytes = await requests.ownContent(owner, input.s3Key);
    if (!bytes) throw new HiloError('not_found', { values: { what: input.s3Key } });
    return summarySources.read({ kind, bytes }, reading);
  }
  const { content, release } = await uploads.take(owner, input.document ?? '');
  try {
    return await summarySources.read({ kind, bytes: content }, reading);
  } finally {
    release();
  }
}

/** Of the document or the page; else the first words. */
export function titleOf({ title, text }: SourceText): string {
  if (title !== '') return title;
  const [line = ''] = text.trimStart().split('\n', 1);
  return line.slice(0, SUMMARY_RUN_LIMITS.titleCharactersMax).toWellFormed();
}

function kindOf({ text, url, document, s3Key }: SummaryInput, locale: Locale): SourceRequest['kind'] {
  const given = Object.entries({ text, url, document, s3Key });
  const [name, another] = given.flatMap(([member, value]) => (value === undefined ? [] : [member]));
  if (name !== undefined && another === undefined) {
    return name === 's3Key' ? 'document' : (name as SourceRequest['kind']);
  }
  throw new HiloError('invalid_params', { values: { detail: ONE_OF[locale] } });
}

const ONE_OF: Localised = {
  en: 'exactly one of text, url, document and s3Key is expected',
  es: 'se espera exactamente uno de text, url, document y s3Key',
};
