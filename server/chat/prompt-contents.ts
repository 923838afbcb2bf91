/** Puts the contents of attachments into a prompt that has been fitted by their weights. */
import type { SentAttachment } from '../attachments/attachment.ts';
import { partsWith } from '../attachments/attachment-parts.ts';
import { ATTACHMENT_READING } from '../attachments/limits.ts';
import type { HistoryMessage } from '../conversations/history.ts';
import type { LlmMessage } from '../models/model-client.ts';
import type { Route } from '../models/route.ts';
import type { Attachments } from './exchange.ts';
import type { FittedPrompt, Prompt } from './prompt-window.ts';
import { sees } from './task-prompt.ts';

export function hasAttachments({ messages, attachments }: FittedPrompt): boolean {
  return attachments !== undefined || messages.some(({ attached }) => attached);
}

interface PromptFor {
  readonly attachments: Pick<Attachments, 'earlier'> | undefined;
  readonly route: Pick<Route, 'capabilities'>;
}

/** The newest images of earlier messages come again, for a route that sees. */
export async function withContents(fitted: FittedPrompt, { attachments, route }: PromptFor): Promise<Prompt> {
  const imagesMax = sees(route) ? ATTACHMENT_READING.earlierImagesMax : 0;
  const numbers = fitted.messages.flatMap(({ attached }) => attached?.message ?? []);
  const stored = numbers.length === 0 ? undefined : await attachments?.earlier(numbers, { imagesMax });
  const contentsOf = ({ attached }: HistoryMessage) =>
    attached?.contents ?? stored?.get(attached?.message ?? 0) ?? [];
  const earlier = fitted.messages.map(contentsOf);
  const images = earlier.flat().filter(({ type }) => type === 'image');
  const seen = new Set(imagesMax === 0 ? [] : images.slice(-imagesMax));
  const { attachments: own = [] } = fitted;
  const last = fitted.messages.length - 1;
  const messages = fitted.messages.map(({ role, content }, index): LlmMessage => {
    const contents = index === last ? own : (earlier[index] ?? []);
    if (contents.length === 0) return { role, content };
    const isSeen = (image: SentAttachment) => index === last || seen.has(image);
    return { role, content, parts: partsWith(content, contents, isSeen) };
  });
  const hasImages = seen.size > 0 || own.some(({ type }) => type === 'image');
  return { messages, rawTokens: fitted.rawTokens, attachments: fitted.attachments, hasImages };
}
