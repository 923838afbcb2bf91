/** What a reader marks and copies has each formula in it as the model wrote it, which others can use. */
export function copyWithSources(event: ClipboardEvent, root: ParentNode & Node): void {
  const selection = root.ownerDocument?.getSelection();
  if (!selection || selection.rangeCount === 0 || !event.clipboardData) return;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.commonAncestorContainer)) return;
  wholeFormulas(range);
  const copied = range.cloneContents();
  const formulas = copied.querySelectorAll<HTMLElement>('.math[data-source]');
  if (formulas.length === 0) return;
  for (const formula of formulas) formula.replaceChildren(formula.dataset['source'] ?? '');
  event.clipboardData.setData('text/plain', textOf(copied));
  event.preventDefault();
}

/** Half a formula has no source. */
function wholeFormulas(range: Range): void {
  const first = formulaAround(range.startContainer);
  const last = formulaAround(range.endContainer);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
}

function formulaAround(node: Node): Element | null | undefined {
  const element = node.nodeType === 1 ? (node as Element) : node.parentElement;
  return element?.closest('.math[data-source]');
}

const BLOCKS = 'p, li, h3, h4, h5, h6, pre, blockquote, tr, .math-display, .bubble';

/** The browser cannot say how a piece that is not on the page would be laid out. */
function textOf(copied: DocumentFragment): string {
  for (const unseen of copied.querySelectorAll('button, .visually-hidden')) unseen.remove();
  for (const line of copied.querySelectorAll('br')) line.replaceWith('\n');
  for (const cell of copied.querySelectorAll('td, th')) cell.append('\t');
  for (const block of copied.querySelectorAll(BLOCKS)) {
    block.before('\n');
    block.after('\n');
  }
  return (copied.textContent ?? '').replaceAll(/\n{3,}/g, '\n\n').trim();
}
