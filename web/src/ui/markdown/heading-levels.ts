/**
 * The levels of an answer's headings, for people who listen. Most answers begin with a second or third level;
 * an outline that leaves a level out would make them look for what is not there.
 */
const HEADINGS = 'h3, h4, h5, h6';
/** Below the heading of the answer itself. */
const FIRST_LEVEL = 3;

/** Gives a heading its level, from those that stand before it. How it looks does not change. */
export function settleHeading(block: Element): void {
  if (!block.matches(HEADINGS)) return;
  let level = FIRST_LEVEL;
  for (let before = block.previousElementSibling; before; before = before.previousElementSibling) {
    if (!before.matches(HEADINGS) || before.tagName > block.tagName) continue;
    level = levelOf(before) + (before.tagName === block.tagName ? 0 : 1);
    break;
  }
  if (level !== tagLevel(block)) block.ariaLevel = String(level);
}

function levelOf(heading: Element): number {
  return heading.ariaLevel === null ? tagLevel(heading) : Number(heading.ariaLevel);
}

function tagLevel({ tagName }: Element): number {
  return Number(tagName[1]);
}
