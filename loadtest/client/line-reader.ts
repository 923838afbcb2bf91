/**
 * Cuts a stream of text into lines. The unfinished line is kept as pieces, so that a long one costs no more.
 */
export function lineReader(line: (line: string) => void): (chunk: string) => void {
  let pieces: string[] = [];
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      pieces.push(chunk.slice(start, end));
      const whole = pieces.length === 1 ? pieces[0] : pieces.join('');
      pieces = [];
      start = end + 1;
      line(whole ?? '');
    }
    if (start < chunk.length) pieces.push(chunk.slice(start));
  };
}
