import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Summary } from '../../connection/summary.ts';
import { Icon } from '../../ui/icons.tsx';
import { Link } from '../../ui/link.tsx';
import { useShell } from '../../ui/shell.ts';
import { useList, useListTexts } from '../context.ts';

export function Row({ conversation }: { conversation: Summary }) {
  const { current, asking, renaming } = useList();
  const { side } = useShell();
  const { t } = useListTexts();
  const { id, title, status } = conversation;
  const name = title || t('list.untitled');
  if (renaming.value === id) return <RenameRow conversation={conversation} />;
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'F2') renaming.value = id;
    else if (event.key === 'Delete') asking.value = { name: 'delete', conversation };
    else return;
    event.preventDefault();
  };
  return (
    <li class="row" onKeyDown={pressed}>
      <Link
        to={{ name: 'chat', conversation: id }}
        class="row-link"
        isCurrent={current.value === id}
        onFollow={() => {
          side.isDrawn.value = false;
        }}
      >
        <span class="row-title" dir="auto">
          {name}
        </span>
        {status === 'closed' && <span class="row-mark">{t('list.closed')}</span>}
      </Link>
      <button
        type="button"
        class="tool row-more"
        aria-haspopup="dialog"
        aria-label={t('list.menu', { title: name })}
        onClick={() => {
          asking.value = { name: 'menu', conversation };
        }}
      >
        <Icon name="more" />
      </button>
    </li>
  );
}

function RenameRow({ conversation: { id, title } }: { conversation: Summary }) {
  const { store, renaming } = useList();
  const { t } = useListTexts();
  const field = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const end = (isKept: boolean, isFocused: boolean) => {
    if (isOver.current) return;
    isOver.current = true;
    const written = field.current?.value.trim() ?? '';
    if (isKept && written !== '' && written !== title) void store.update(id, { title: written });
    const row = field.current?.closest('.row');
    renaming.value = undefined;
    if (isFocused) requestAnimationFrame(() => focusRow(row, id));
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    end(event.key === 'Enter', true);
  };
  return (
    <li class="row">
      <input
        ref={field}
        class="field row-field"
        aria-label={t('list.title')}
        defaultValue={title}
        maxLength={200}
        dir="auto"
        onKeyDown={pressed}
        onBlur={() => end(true, false)}
      />
    </li>
  );
}

/** The row may have been drawn anew. */
function focusRow(row: Element | null | undefined, id: string): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.row-link')];
  const link =
    row?.querySelector<HTMLElement>('.row-link') ?? links.find(({ href }) => href.endsWith(`/${id}`));
  link?.focus();
}
