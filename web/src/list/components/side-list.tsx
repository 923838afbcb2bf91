import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../ui/icons.tsx';
import { useShell } from '../../ui/shell.ts';
import { useList, useListTexts } from '../context.ts';
import { groupsOf } from '../groups.ts';
import { moveFocus } from '../move-focus.ts';
import { Row } from './row.tsx';

export function SideList() {
  const { store } = useList();
  const { t } = useListTexts();
  const { conversations, isRead, choice } = store.listed.value;
  const none = { all: 'list.none', archived: 'list.noneArchived', folder: 'list.noneInFolder' } as const;
  const groups = groupsOf(conversations, Date.now());
  return (
    <>
      <div class="list-head">
        <NewButton />
      </div>
      <div class="list" onKeyDown={moveFocus}>
        {isRead && conversations.length === 0 && <p class="list-none">{t(none[choice.name])}</p>}
        {groups.map((group) => (
          <section key={group.name}>
            <h2 class="list-group">{t(`group.${group.name}`)}</h2>
            <ul>
              {group.conversations.map((one) => (
                <Row key={one.id} conversation={one} />
              ))}
            </ul>
          </section>
        ))}
        <More />
      </div>
    </>
  );
}

function NewButton() {
  const { begin } = useList();
  const { side } = useShell();
  const { t } = useListTexts();
  const choose = () => {
    begin();
    side.isDrawn.value = false;
    // The drawer gives the focus back first.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('#composer')?.focus());
  };
  return (
    <button type="button" class="list-new" onClick={choose}>
      <Icon name="new" />
      {t('list.new')}
    </button>
  );
}

/** Older ones are read when the end comes near. */
function More() {
  const { store } = useList();
  const { t } = useListTexts();
  const end = useRef<HTMLButtonElement>(null);
  const { next } = store.listed.value;
  useEffect(() => {
    if (!end.current) return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void store.more());
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [next]);
  if (next === undefined) return null;
  return (
    <button ref={end} type="button" class="list-more" onClick={() => void store.more()}>
      {t('list.more')}
    </button>
  );
}
