import { Link } from '../../ui/link.tsx';
import { useShell } from '../../ui/shell.ts';
import { useList, useListTexts } from '../context.ts';
import type { Found } from '../search-store.ts';

export function SearchField() {
  const { search } = useList();
  const { t } = useListTexts();
  return (
    <input
      type="search"
      class="field"
      aria-label={t('search.label')}
      placeholder={t('search.label')}
      value={search.query.value}
      maxLength={200}
      autoComplete="off"
      onInput={(event) => search.look(event.currentTarget.value)}
    />
  );
}

/** Passages with the words that were looked for. */
export function SearchResults() {
  const { search } = useList();
  const { t } = useListTexts();
  const found = search.found.value;
  if (!found) return null;
  return (
    <>
      {found.length === 0 ? <p class="list-none">{t('search.none')}</p> : <FoundList found={found} />}
      {search.isIncomplete.value && <p class="list-none">{t('search.incomplete')}</p>}
    </>
  );
}

function FoundList({ found }: { readonly found: readonly Found[] }) {
  const { current } = useList();
  const { side } = useShell();
  const { t } = useListTexts();
  return (
    <ul aria-label={t('search.results')}>
      {found.map(({ conversation, message, title, passage }, index) => (
        <li key={index} class="row">
          <Link
            to={{ name: 'chat', conversation, ...(message !== undefined && { message }) }}
            class="row-link row-found"
            isCurrent={current.value === conversation}
            onFollow={() => {
              side.isDrawn.value = false;
            }}
          >
            <span class="row-title" dir="auto">
              {title || t('list.untitled')}
            </span>
            <span class="row-passage" dir="auto">
              {passage.map(({ text, isHit }, at) => (isHit ? <mark key={at}>{text}</mark> : text))}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
