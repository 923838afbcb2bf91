import { useEffect, useMemo, useState } from 'preact/hooks';
import { isRecord } from '../../../shared/client/message.ts';
import { useShell } from '../ui/shell.ts';
import { useLanguage } from './api-texts.ts';
import { Fault, Field } from '../ui/field.tsx';
import type { ReferenceProps } from './operation-props.ts';
import { OperationView } from './operation-view.tsx';
import { readReference, search, type ApiGroup } from './reference.ts';
import './reference.css';

export function ReferenceSection(props: ReferenceProps) {
  const { locale, t } = useLanguage();
  const { groups, hasFailed, again } = useReference();
  const [wanted, setWanted] = useState('');
  const found = useMemo(() => search(groups ?? [], wanted, locale), [groups, wanted, locale]);
  const count = found.reduce((sum, { operations }) => sum + operations.length, 0);
  return (
    <section class="api-reference" aria-labelledby="api-reference">
      <div class="api-head">
        <h2 id="api-reference">{t('reference.title')}</h2>
        <p class="quiet">
          {t('reference.lead')}{' '}
          <a class="api-link" href={useShell().router.root.href + 'openapi.json'}>
            {t('reference.file')}
          </a>
        </p>
      </div>
      <Field
        label={t('reference.search')}
        type="search"
        autocomplete="off"
        value={wanted}
        change={setWanted}
      />
      {groups && (
        <p class="quiet" role="status">
          {count === 1 ? t('reference.foundOne') : t('reference.found', { count })}
        </p>
      )}
      {!groups && !hasFailed && <p class="quiet">{t('reference.loading')}</p>}
      <Fault text={hasFailed ? t('reference.failed') : undefined} />
      {hasFailed && (
        <button type="button" class="button" onClick={again}>
          {t('reference.again')}
        </button>
      )}
      {groups && count === 0 && <p>{t('reference.none')}</p>}
      {found.map(({ name, operations }) => (
        <section key={name} class="api-group" aria-labelledby={`api-group-${name}`}>
          <h3 id={`api-group-${name}`}>{name}</h3>
          {operations.map((operation) => (
            <OperationView key={operation.id} operation={operation} {...props} />
          ))}
        </section>
      ))}
    </section>
  );
}

/** Asked for when the page is drawn; the server's own words, read once. */
function useReference() {
  const { router } = useShell();
  const [groups, setGroups] = useState<ApiGroup[] | undefined>(undefined);
  const [hasFailed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    setFailed(false);
    readDescription(new URL('openapi.json', router.root), gone.signal).then(
      (read) => setGroups(read),
      () => setFailed(!gone.signal.aborted),
    );
    return () => gone.abort();
  }, [round]);
  return { groups, hasFailed, again: () => setRound((before) => before + 1) };
}

async function readDescription(url: URL, signal: AbortSignal): Promise<ApiGroup[]> {
  const response = await fetch(url, { signal, credentials: 'omit' });
  const description: unknown = await response.json();
  if (!response.ok || !isRecord(description)) throw new Error('There is no description');
  return readReference(description);
}
