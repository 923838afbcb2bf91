const SAD_EMOJI = /[😢😭😞😔😟🙁☹😣😖😫😩🥺😥😰😓💔😿🖤😪😕😦😧🥀]/u;
const HAPPY_EMOJI = /[😀😃😄😁😆😊🙂😍🥰😂🤣🎉🥳😎😇❤💖💕🤗👏👍✨🌞😺💪🙌]/u;
const ARITHMETIC = /^[\d\s().,]+(?:[-+*/x×÷^=]\s*[\d\s().,]*)+\??$/u;

/** What a message without words shows; undefined if it has words. */
export function wordlessShape(message: string): 'emojiSad' | 'emojiHappy' | 'emoji' | 'symbols' | undefined {
  if (/\p{L}/u.test(message)) return undefined;
  if (SAD_EMOJI.test(message)) return 'emojiSad';
  if (HAPPY_EMOJI.test(message)) return 'emojiHappy';
  return /\p{Extended_Pictographic}/u.test(message) ? 'emoji' : 'symbols';
}

export function isArithmetic(message: string): boolean {
  return ARITHMETIC.test(message);
}

/** Whether these words, folded, look like keys that were pressed at random. */
export function isGarbled(words: string): boolean {
  const list = words.split(' ');
  return (
    list.length <= 4 &&
    list.every(
      (word) =>
        (word.length > 4 && !/[aeiouy]/u.test(word)) ||
        /[bcdfghjklmnpqrstvwxz]{6,}/u.test(word) ||
        /^(?:asdf|qwer|zxcv|sdfg|hjkl|jkl|fdsa|aoeu|wasd)[a-z]*$/u.test(word),
    )
  );
}
