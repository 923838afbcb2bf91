import { Link } from '../../ui/link.tsx';
import { useShell } from '../../ui/shell.ts';
import { useList, useListTexts } from '../context.ts';

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
  const { search, current } = useList();
  const { side } = useShell();
  const { t } = useListTexts();
  const found = search.found.value;
  if (!found) return null;
  if (found.length === 0) return <p class="list-none">{t('search.none')}</p>;
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
