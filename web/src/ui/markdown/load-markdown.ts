import createPurifier, { type WindowLike } from 'dompurify';
import { createMarkdown, type Markdown } from './markdown.ts';

/** The part of the page that is loaded by itself. */
export function markdown(window: WindowLike): Markdown {
  return createMarkdown(createPurifier, window);
}
