/** Fits what is attached to a message into the room that its words leave. */
import type { ReadAttachment, SentAttachment } from '../attachments/attachment.ts';
import { weightWith } from '../attachments/attachment-parts.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import { sha256 } from '../support/sha256.ts';

/** Of the room beside the words: with the rest and its answer, the next message still brings it. */
const SHARE = 0.5;
/** No text has more characters for each token of the estimate. */
const CHARACTERS_PER_TOKEN_MAX = 8;
/** A text is cut at the end of a line or of a word, if there is one in this last part of it. */
const BORDER_SHARE = 0.1;
/** It is cut by a fiftieth at least each time, until it fits. */
const CUT = 0.98;

export interface Room {
  /** In estimated tokens, before the ratio of the model. */
  readonly rawTokens: number;
  /** Texts may be cut; what was said before is sent again as it was. */
  readonly mayCut: boolean;
}

/**
 * Undefined when it does not fit. Short documents are whole; those that must be cut have equal shares of what
 * the others leave.
 */
export function fitAttachments(
  attachments: readonly ReadAttachment[],
  { rawTokens: room, mayCut }: Room,
): SentAttachment[] | undefined {
  const least = attachments.reduce((sum, each) => sum + weightWith(each, 0), 0);
  const texts = attachments.map(({ text }) => weightAtMost(text, room));
  const whole = texts.reduce((sum, tokens) => sum + tokens, least);
  if (!mayCut || least > room) return whole > room ? undefined : attachments.map(asSent);
  const share = fairShare(texts, Math.max(0, room * SHARE - least));
  return attachments.map((each, index) => {
    if ((texts[index] ?? 0) <= share) return asSent(each);
    return asSent({ ...each, text: beginningOf(each.text, share), isTruncated: true });
  });
}

/** What they take at least. */
export function leastOf(attachments: readonly ReadAttachment[], mayCut: boolean): number {
  return attachments.reduce((sum, each) => sum + weightWith(each, mayCut ? 0 : rawTokens(each.text)), 0);
}

function asSent(attachment: ReadAttachment): SentAttachment {
  const { text, data } = attachment;
  const weight = Math.ceil(weightWith(attachment, rawTokens(text)));
  return { ...attachment, rawTokens: weight, sentHash: sha256(data ?? text) };
}

/** What is more than the room by far need not be weighed to its end. */
function weightAtMost(text: string, room: number): number {
  const most = Math.ceil(room * CHARACTERS_PER_TOKEN_MAX) + CHARACTERS_PER_TOKEN_MAX;
  return text.length > most ? Number.POSITIVE_INFINITY : rawTokens(text);
}

/** The most that each may have, so that all of them together have no more than the room. */
function fairShare(weights: readonly number[], room: number): number {
  let left = room;
  for (const [index, weight] of weights.toSorted((one, other) => one - other).entries()) {
    const share = left / (weights.length - index);
    if (weight > share) return share;
    left -= weight;
  }
  return Number.POSITIVE_INFINITY;
}

function beginningOf(text: string, tokens: number): string {
  let cut = text.slice(0, Math.ceil(tokens * CHARACTERS_PER_TOKEN_MAX));
  for (let weight = rawTokens(cut); weight > tokens && cut !== ''; weight = rawTokens(cut)) {
    cut = cut.slice(0, Math.floor(cut.length * Math.min(tokens / weight, CUT)));
  }
  const border = Math.max(cut.lastIndexOf('\n'), cut.lastIndexOf(' '));
  return (border > cut.length * (1 - BORDER_SHARE) ? cut.slice(0, border) : cut).toWellFormed().trimEnd();
}
