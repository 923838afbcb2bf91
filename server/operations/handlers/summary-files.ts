/** What a summary leaves in files, where that is asked for. What was summarised is in none of them. */
import { keysOf, type RequestFiles, type RequestKeys } from '../../artifacts/request-files.ts';
import type { StoredSummary } from '../../summaries/summary-repository.ts';

export interface SummaryFileServices {
  readonly requests: Pick<RequestFiles, 'begin' | 'isRecorded' | 'ofSession'>;
  /** The files could not be written; the summary is given all the same. */
  readonly onUnfiled: (error: unknown) => void;
}

export interface FiledSummary {
  readonly row: StoredSummary;
  readonly account: string;
  readonly username: string | undefined;
  readonly latencyMs: number;
  readonly provider: string | undefined;
}

/** The keys of its files; undefined when it leaves none. Never rejects. */
export async function fileSummary(
  { requests, onUnfiled }: SummaryFileServices,
  { row, account, username, latencyMs, provider }: FiledSummary,
): Promise<RequestKeys | undefined> {
  if (!requests.isRecorded('summarize')) return undefined;
  const { id, owner, title, source, url, length, style, route, model, parts, text, charged } = row;
  const about = { source, length, ...(url !== null && { url }), ...(style !== null && { style }) };
  try {
    const request = await requests.begin({ service: 'summarize', owner, account, session: id });
    return await request.end(
      {
        status: 'ok',
        username,
        provider,
        model,
        prompt: title,
        latencyMs,
        tokens: { in: row.input_tokens, out: row.output_tokens },
        charged,
        meta: { summary: id, route, parts, length },
      },
      {
        input: { title, ...about },
        files: [{ name: 'summary.txt', type: 'text/plain; charset=utf-8', content: Buffer.from(text) }],
      },
    );
  } catch (error) {
    onUnfiled(error);
    return undefined;
  }
}

export async function keysOfSummary(
  { requests }: SummaryFileServices,
  { id, owner }: StoredSummary,
): Promise<RequestKeys | undefined> {
  const [request] = await requests.ofSession(owner, id, 1);
  return request && request.stage !== 'expired' ? keysOf(request) : undefined;
}
