import type { ComponentChildren, ComponentType } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { UI_TEXTS } from './i18n.ts';
import { Icon } from './icons.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { useShell, useTexts } from './shell.ts';
import { isShown } from './side.ts';
import { useLoaded } from './use-loaded.ts';
import './styles/side.css';

/** Where the list stands; it takes its room from the first paint on, so that nothing moves when it comes. */
export function SideFrame({ load }: { load: () => Promise<ComponentType> }) {
  const { side, entry, account } = useShell();
  const { t } = useTexts(UI_TEXTS);
  // A visitor who may have no conversations does not see a list that goes away again.
  const List = useLoaded(entry.value.isKnown || account.account.value.name !== 'guest', load);
  const content = List && <List />;
  if (side.isNarrow.value) return side.isDrawn.value ? <Drawer>{content}</Drawer> : null;
  if (side.isFolded.value) return null;
  return (
    <nav id="side" class="side" aria-label={t('side.label')}>
      {content}
    </nav>
  );
}

/** The native dialog keeps the focus inside, closes with Escape, and gives the focus back. */
function Drawer({ children }: { children: ComponentChildren }) {
  const { side } = useShell();
  const { t } = useTexts(UI_TEXTS);
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const close = () => {
    side.isDrawn.value = false;
  };
  return (
    <dialog
      ref={dialog}
      id="side"
      class="drawer"
      aria-label={t('side.label')}
      onClose={(event) => event.target === dialog.current && close()}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <nav class="side" aria-label={t('side.label')}>
        <button type="button" class="tool side-close" aria-label={t('side.close')} onClick={close}>
          <Icon name="close" />
        </button>
        {children}
        <div class="side-foot">
          <LanguageSwitch />
        </div>
      </nav>
    </dialog>
  );
}

/** Always in the same place, so that the focus stays on it. */
export function SideToggle() {
  const { side } = useShell();
  const { t } = useTexts(UI_TEXTS);
  const shown = isShown(side);
  const toggle = () => {
    const { isNarrow, isFolded, isDrawn } = side;
    if (isNarrow.peek()) isDrawn.value = true;
    else isFolded.value = !isFolded.peek();
  };
  return (
    <button
      type="button"
      class="tool side-toggle"
      aria-label={t('side.label')}
      title={t('side.label')}
      aria-expanded={shown}
      onClick={toggle}
    >
      <Icon name="list" />
    </button>
  );
}
