import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../ui/icons.tsx';
import { Link } from '../../ui/link.tsx';
import { WORK_PAGES } from '../../ui/router.ts';
import { useShell } from '../../ui/shell.ts';
import { useList, useListTexts } from '../context.ts';
import { groupsOf } from '../groups.ts';
import { moveFocus } from '../move-focus.ts';
import { Dialogs } from './dialogs.tsx';
import { Row } from './row.tsx';
import { SearchField, SearchResults } from './search-part.tsx';

export function SideList() {
  const { search } = useList();
  const isSearching = search.query.value.trim() !== '';
  return (
    <>
      <div class="list-head">
        <NewButtons />
        <SearchField />
        <Choices />
      </div>
      <div class="list" onKeyDown={moveFocus}>
        {isSearching ? <SearchResults /> : <Conversations />}
      </div>
      <WorkLinks />
      <Dialogs />
    </>
  );
}

/** What can be done beside talking. */
function WorkLinks() {
  const { router, side } = useShell();
  const { t } = useListTexts();
  const place = router.place.value;
  return (
    <ul class="list-work">
      {([...WORK_PAGES, 'usage'] as const).map((page) => (
        <li key={page}>
          <Link
            to={{ name: 'app', page }}
            isCurrent={place.name === 'app' && place.page === page}
            onFollow={() => {
              side.isDrawn.value = false;
            }}
          >
            {t(`work.${page}`)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Conversations() {
  const { store } = useList();
  const { t } = useListTexts();
  const { conversations, isRead, choice } = store.listed.value;
  const none = { all: 'list.none', archived: 'list.noneArchived', folder: 'list.noneInFolder' } as const;
  return (
    <>
      {isRead && conversations.length === 0 && <p class="list-none">{t(none[choice.name])}</p>}
      {groupsOf(conversations, Date.now()).map((group) => (
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
    </>
  );
}

/** Which of them are listed, and the folders themselves. */
function Choices() {
  const { store, asking } = useList();
  const { t } = useListTexts();
  const { choice } = store.listed.value;
  const folders = store.folders.value;
  const folder = choice.name === 'folder' ? folders.find(({ id }) => id === choice.folder) : undefined;
  const choose = (value: string) => {
    if (value === 'all' || value === 'archived') void store.choose({ name: value });
    else void store.choose({ name: 'folder', folder: value });
  };
  const label = t(folder ? 'folder.edit' : 'folder.new');
  return (
    <div class="list-choices">
      <select
        class="field"
        aria-label={t('choice.label')}
        value={choice.name === 'folder' ? choice.folder : choice.name}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="all">{t('choice.all')}</option>
        {folders.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        <option value="archived">{t('choice.archived')}</option>
      </select>
      <button
        type="button"
        class="tool"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        onClick={() => {
          asking.value = { name: 'folder', folder };
        }}
      >
        <Icon name="folder" />
      </button>
    </div>
  );
}

function NewButtons() {
  const { begin, beginTemporary } = useList();
  const { side } = useShell();
  const { t } = useListTexts();
  const choose = (run: () => void) => {
    run();
    side.isDrawn.value = false;
    // The drawer gives the focus back first.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('#composer')?.focus());
  };
  return (
    <>
      <button type="button" class="list-new" onClick={() => choose(begin)}>
        <Icon name="new" />
        {t('list.new')}
      </button>
      <button type="button" class="list-new list-temporary" onClick={() => choose(beginTemporary)}>
        <Icon name="temporary" />
        {t('list.temporary')}
      </button>
    </>
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
