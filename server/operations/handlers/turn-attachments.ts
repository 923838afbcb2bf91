/** What is sent with a message: read before a model is asked, kept with the message, and let go of then. */
import { HiloError } from '../../../shared/errors.ts';
import type { Attachment } from '../../../shared/operations/attachment-shapes.ts';
import type { SentFacts } from '../../attachments/attachment.ts';
import type { AttachmentDesk, HeldAttachments, NamedUpload } from '../../attachments/attachment-desk.ts';
import type { AttachmentRows } from '../../attachments/attachment-rows.ts';
import type { Attachments } from '../../chat/exchange.ts';
import type { RateWindow } from '../../rationing/rate-window.ts';
import type { Call } from '../call.ts';

export interface TurnAttachmentServices {
  readonly attachmentDesk: Pick<AttachmentDesk, 'open' | 'sent'>;
  readonly attachmentRows: Pick<AttachmentRows, 'facts'>;
}

export interface AttachedFiles {
  readonly uploads: readonly NamedUpload[];
  /** A prompt that was said before, which is answered once more or sent again with other words. */
  readonly from: number | undefined;
  /** It is answered once more: the model is sent just what it was sent then. */
  readonly isRepeated: boolean;
}

/** Members of a request to the exchange. */
export interface WithAttachments {
  readonly attachments: Attachments;
  /** Reading what strangers send is work: it takes the place in the rate window, whatever comes of it. */
  readonly hasPlace?: true;
}

/** `isKept` tells whether the message was written, however its answer ended. */
export async function withAttachments<Result>(
  services: TurnAttachmentServices & { readonly exchange: { readonly rateWindow: RateWindow } },
  call: Call,
  { uploads, from, isRepeated, isKept }: AttachedFiles & { readonly isKept: () => boolean },
  run: (members: WithAttachments) => Promise<Result>,
): Promise<Result> {
  const held = services.attachmentDesk.open();
  const { owner } = call.principal;
  try {
    if (uploads.length > 0) await takePlace(services.exchange.rateWindow, owner);
    const own = await read(held, call, { uploads, from });
    const attachments = { own, mayCut: !isRepeated, earlier: held.ofMessages };
    return await run({ attachments, ...(uploads.length > 0 && { hasPlace: true }) });
  } finally {
    held.release();
    if (uploads.length > 0 && isKept()) await services.attachmentDesk.sent(owner, uploads);
  }
}

async function read(
  held: HeldAttachments,
  { principal, session, signal }: Call,
  { uploads, from }: Pick<AttachedFiles, 'from' | 'uploads'>,
): Promise<Attachments['own']> {
  const earlier = from === undefined ? [] : await held.ofMessage(from);
  if (uploads.length === 0) return earlier;
  const { locale } = session;
  return [...earlier, ...(await held.uploads(principal.owner, uploads, { locale, signal }))];
}

/** Rejects with `rate_limited`. */
export async function takePlace(rateWindow: Pick<RateWindow, 'take'>, owner: string): Promise<void> {
  const verdict = await rateWindow.take(owner);
  if (verdict.allowed) return;
  const { retryAfterMs } = verdict;
  const values = { seconds: Math.ceil(retryAfterMs / 1_000) };
  throw new HiloError('rate_limited', { retryAfterMs, values });
}

export function attachmentView(facts: SentFacts): Attachment {
  const { name, type, bytes, pages, rawTokens, isTruncated, fileHash, sentHash } = facts;
  return {
    name,
    type,
    bytes,
    ...(pages !== undefined && { pages }),
    tokens: rawTokens,
    ...(isTruncated && { truncated: true }),
    fileHash,
    sentHash,
  };
}

/** Nothing where there are none. */
export function attachmentViews(all: readonly SentFacts[] = []): { attachments?: Attachment[] } {
  return all.length === 0 ? {} : { attachments: all.map(attachmentView) };
}
