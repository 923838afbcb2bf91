import createPurifier, { type WindowLike } from 'dompurify';
import { lateParts } from './late-parts.ts';
import { createMarkdown, type Markdown } from './markdown.ts';

/** The part of the page that is loaded by itself. */
export function markdown(window: Window & WindowLike): Markdown {
  return createMarkdown(createPurifier, window, lateParts(window));
}
