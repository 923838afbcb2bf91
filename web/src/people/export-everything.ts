/** Everything of a person, as one file. */
import { textOf, type RpcFailure } from '../../../shared/client/message.ts';
import type { Asking } from '../connection/page-line.ts';

export type Exported =
  | { readonly ok: true; readonly parts: readonly string[] }
  | { readonly ok: false; readonly failure: RpcFailure };

/** `read` is told how many characters have come. */
export async function exportEverything(
  line: Pick<Asking, 'ask'>,
  read: (characters: number) => void,
): Promise<Exported> {
  const parts: string[] = [];
  let characters = 0;
  for (let cursor = ''; ;) {
    const outcome = await line.ask('users.export', cursor === '' ? {} : { cursor });
    if (!outcome.ok) return outcome;
    const text = textOf(outcome.result['text']);
    parts.push(text);
    read((characters += text.length));
    cursor = textOf(outcome.result['nextCursor']);
    if (cursor === '') return { ok: true, parts };
  }
}
