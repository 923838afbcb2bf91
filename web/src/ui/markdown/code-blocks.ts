import { copyText } from '../clipboard.ts';
import type { Translate, UiTextKey } from '../i18n.ts';

type Say = Translate<UiTextKey>;

const COPIED_MS = 1_800;

/** Longer than this, the text of a cell needs room for more than one word in a line. */
const LONG_CELL_CHARACTERS = 18;

/** Gives code its bar and its button; tables and formulas scroll in their own boxes. */
export function decorateBlocks(root: DocumentFragment, translate: Say): void {
  decorateCode(root, translate);
  for (const table of root.querySelectorAll('table')) {
    const box = document.createElement('div');
    box.className = 'table-box';
    makeScrollable(box, translate('table.label'));
    for (const cell of table.querySelectorAll('th, td')) {
      if ((cell.textContent ?? '').length > LONG_CELL_CHARACTERS) cell.classList.add('cell-long');
    }
    table.replaceWith(box);
    box.append(table);
  }
  for (const formula of root.querySelectorAll<HTMLElement>('.math-display'))
    makeScrollable(formula, translate('math.label'));
}

/** So that it can be scrolled with the keyboard; a group, since a long answer has many. */
function makeScrollable(element: HTMLElement, label: string): void {
  element.tabIndex = 0;
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', label);
}

/** Gives each code block a bar with its first line and a button that copies it. */
function decorateCode(root: DocumentFragment, translate: Say): void {
  for (const pre of root.querySelectorAll('pre')) {
    const frame = document.createElement('div');
    frame.className = 'code';
    const bar = document.createElement('div');
    bar.className = 'code-bar';
    const language = document.createElement('span');
    language.textContent = pre.dataset['language'] ?? '';
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset['copy'] = 'code';
    button.textContent = translate('code.copy');
    bar.append(language, button);
    makeScrollable(pre, translate('code.label'));
    pre.replaceWith(frame);
    frame.append(bar, pre);
  }
}

/** Called after a change of language. */
export function relabelBlocks(root: Element, translate: Say): void {
  for (const button of root.querySelectorAll('button[data-copy="code"]')) {
    button.textContent = translate('code.copy');
  }
  for (const pre of root.querySelectorAll('pre')) pre.setAttribute('aria-label', translate('code.label'));
  for (const box of root.querySelectorAll('.table-box')) {
    box.setAttribute('aria-label', translate('table.label'));
  }
  for (const formula of root.querySelectorAll('.math-display'))
    formula.setAttribute('aria-label', translate('math.label'));
}

/** One listener for all code blocks; true when something was copied. */
export async function copyClicked(target: EventTarget | null, translate: Say): Promise<boolean> {
  const button = target instanceof Element ? target.closest('button[data-copy="code"]') : null;
  const code = button?.closest('.code')?.querySelector('pre')?.textContent;
  if (!button || code === undefined || code === null || !(await copyText(code))) return false;
  button.textContent = translate('action.copied');
  globalThis.setTimeout(() => {
    button.textContent = translate('code.copy');
  }, COPIED_MS);
  return true;
}
