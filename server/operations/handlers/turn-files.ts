/** What a message of a conversation leaves in files, where that is asked for. */
import type { RequestFiles, RequestKeys } from '../../artifacts/request-files.ts';
import { jsonFile } from '../../artifacts/request-files.ts';
import type { ExchangeResult } from '../../chat/exchange.ts';
import type { Call } from '../call.ts';

export interface FiledTurn {
  readonly conversation: string;
  /** Empty when a prompt that was said before is answered once more. */
  readonly prompt: string;
  readonly result: ExchangeResult;
  readonly latencyMs: number;
}

export interface TurnFileServices {
  readonly requests: Pick<RequestFiles, 'begin' | 'isRecorded'>;
  /** The files could not be written; the answer is given all the same. */
  readonly onUnfiled: (error: unknown) => void;
}

/** The keys of its files; undefined when it leaves none. Never rejects. */
export async function fileTurn(
  { requests, onUnfiled }: TurnFileServices,
  { principal, session }: Call,
  { conversation, prompt, result, latencyMs }: FiledTurn,
): Promise<RequestKeys | undefined> {
  if (!requests.isRecorded('chat')) return undefined;
  const { owner, account } = principal;
  const { provider, model, route, usage, credits, exchange, text, finishReason } = result;
  try {
    const request = await requests.begin({ service: 'chat', owner, account, session: conversation });
    const at = new Date(request.createdAt).toISOString();
    const message = { id: request.id, sessionId: conversation, createdAt: at, prompt, text };
    return await request.end(
      {
        status: 'ok',
        username: session.credentials.login?.user.name,
        provider,
        model,
        prompt,
        latencyMs,
        tokens: { in: usage.inputTokens, out: usage.outputTokens },
        charged: credits.charged,
        exchange,
        meta: { sessionId: conversation, route, finishReason },
      },
      {
        input: { sessionId: conversation, prompt },
        files: [jsonFile('output.json', { text, finishReason, usage })],
        session: {
          message,
          state: { sessionId: conversation, lastRequest: request.id, updatedAt: at, route },
        },
      },
    );
  } catch (error) {
    onUnfiled(error);
    return undefined;
  }
}
