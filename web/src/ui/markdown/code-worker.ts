/** Finds the colours of code beside the page, which goes on drawing meanwhile. */
import type { CodeAnswer, CodeQuestion } from './code-colours.ts';
import { createHighlight } from './highlight.ts';

const highlight = createHighlight();

addEventListener('message', ({ data }: MessageEvent<CodeQuestion>) => {
  const answer: CodeAnswer = { id: data.id, runs: highlight(data.code, data.language) };
  postMessage(answer);
});
