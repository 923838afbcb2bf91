/**
 * A look at a line of JSON before it is parsed: how deep it is nested, and how many members and elements it
 * has. [J-1] Parsing costs by these, not by bytes: 64 KiB of brackets take far longer than 64 KiB of text.
 * The scan jumps over strings, and allocates nothing.
 */
export interface JsonShapeLimits {
  readonly jsonDepthMax: number;
  readonly jsonMembersMax: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** What there is too much of; undefined when the line is acceptable. A line that is not JSON may pass. */
export function excessOf(text: string, limits: JsonShapeLimits): 'depth' | 'members' | undefined {
  let depth = 0;
  let members = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case OPENING_BRACKET:
      case OPENING_BRACE:
        depth += 1;
        members += 1;
        if (depth > limits.jsonDepthMax) return 'depth';
        if (members > limits.jsonMembersMax) return 'members';
        break;
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        depth -= 1;
        break;
      case COMMA:
        members += 1;
        if (members > limits.jsonMembersMax) return 'members';
        break;
      default:
    }
  }
  return undefined;
}

/** Where the closing quote is; the end of the text when there is none. */
function endOfString(text: string, opening: number): number {
  for (let quote = text.indexOf('"', opening + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let start = quote;
    while (text.charCodeAt(start - 1) === BACKSLASH) start -= 1;
    if ((quote - start) % 2 === 0) return quote;
  }
  return text.length;
}
