/**
 * Cuts a growing answer into whole sentences for people who listen to it. Code is named, not read out; marks
 * of Markdown are left out.
 */
const END_OF_SENTENCE = /[.!?…:;]["')\]»”’]*\s|\n/g;

export interface SentenceCut {
  readonly sentences: readonly string[];
  /** How many characters of the text have been dealt with. */
  readonly end: number;
}

/** `from` is the `end` of the cut before. `whole`: nothing follows, so the rest is a sentence too. */
export function cutSentences(text: string, from: number, whole: boolean, codeWord: string): SentenceCut {
  const sentences: string[] = [];
  let end = from;
  let inCode = fenceOpenAt(text, from);
  const take = (piece: string) => {
    const fence = /^\s*(?:```|~~~)/.test(piece);
    if (fence && !inCode) sentences.push(codeWord);
    if (fence) inCode = !inCode;
    else if (!inCode) {
      const spoken = speakable(piece);
      if (spoken !== '') sentences.push(spoken);
    }
  };
  END_OF_SENTENCE.lastIndex = from;
  for (let match = END_OF_SENTENCE.exec(text); match; match = END_OF_SENTENCE.exec(text)) {
    const next = match.index + match[0].length;
    // In "1. First" the number does not end a sentence.
    if (/^\s*\d{1,3}\.\s$/.test(text.slice(end, next))) continue;
    take(text.slice(end, next));
    end = next;
  }
  if (whole && end < text.length) {
    take(text.slice(end));
    end = text.length;
  }
  return { sentences, end };
}

export function speakable(piece: string): string {
  return piece
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+)/g, '')
    .replaceAll(/[*_`~|]+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function fenceOpenAt(text: string, offset: number): boolean {
  const fences = text.slice(0, offset).match(/^\s*(?:```|~~~)/gm);
  return (fences?.length ?? 0) % 2 === 1;
}
