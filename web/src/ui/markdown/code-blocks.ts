import { copyText } from '../clipboard.ts';
import type { Translate, UiTextKey } from '../i18n.ts';

type Say = Translate<UiTextKey>;

const COPIED_MS = 1_800;

/** Gives each code block a bar with its language and a button that copies it. */
export function decorateCode(root: DocumentFragment, translate: Say): void {
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
    // So that a long line can be scrolled to with the keyboard.
    pre.tabIndex = 0;
    pre.setAttribute('role', 'region');
    pre.setAttribute('aria-label', translate('code.label'));
    pre.replaceWith(frame);
    frame.append(bar, pre);
  }
}

/** After a change of language. */
export function relabelCode(root: Element, translate: Say): void {
  for (const button of root.querySelectorAll('button[data-copy="code"]')) {
    button.textContent = translate('code.copy');
  }
  for (const pre of root.querySelectorAll('pre')) pre.setAttribute('aria-label', translate('code.label'));
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
