/** What belongs to somebody: to take along, to bring here, to take over, and what others can read of it. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { numberOf } from '../../../shared/client/message.ts';
import { amountText } from '../ui/i18n.ts';
import { saveFile } from '../ui/save-file.ts';
import { useShell } from '../ui/shell.ts';
import { ShareFault, ShareLinks } from '../ui/shares/share-links.tsx';
import { SharesStore, type ShareFailure } from '../ui/shares/shares-store.ts';
import { exportEverything } from './export-everything.ts';
import { Fault } from '../ui/field.tsx';
import { useLanguage } from './people-texts.ts';
import { faultOf, useDeed, useReading } from '../ui/use-request.ts';

export function SharesSection() {
  const { line } = useShell();
  const { t } = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  const store = useMemo(() => new SharesStore(line), []);
  const [failure, setFailure] = useState<ShareFailure>(undefined);
  const isReady = line.state.value.name === 'ready';
  useEffect(() => {
    if (isReady) void store.read().then(setFailure);
  }, [isReady]);
  return (
    <section class="card" aria-labelledby="shares">
      <h3 id="shares" ref={heading} tabIndex={-1}>
        {t('sharesPage.title')}
      </h3>
      <p class="quiet">{t(store.links.value?.length === 0 ? 'sharesPage.none' : 'sharesPage.lead')}</p>
      <ShareLinks store={store} hasTitles heir={() => heading.current?.focus()} />
      <ShareFault failure={failure} />
    </section>
  );
}

/** One file, read page by page. */
export function ExportSection() {
  const { line, speech } = useShell();
  const language = useLanguage();
  const { locale, t } = language;
  const [characters, setCharacters] = useState<number | undefined>(undefined);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isSaved, setSaved] = useState(false);
  const save = async () => {
    if (characters !== undefined) return;
    setFault(undefined);
    setSaved(false);
    setCharacters(0);
    const exported = await exportEverything(line, setCharacters);
    setCharacters(undefined);
    if (!exported.ok) return setFault(faultOf(exported, language));
    const day = new Date().toISOString().slice(0, 10);
    saveFile(`hilo-${day}.jsonl`, 'application/jsonl', ...exported.parts);
    setSaved(true);
    speech.say(t('export.done'));
  };
  const amount = amountText(locale, Math.round((characters ?? 0) / 1024));
  return (
    <section class="card" aria-labelledby="export">
      <h3 id="export">{t('export.title')}</h3>
      <p class="quiet">{t('export.lead')}</p>
      <Fault text={fault} />
      <div class="line">
        <button
          type="button"
          class="button"
          aria-disabled={characters !== undefined}
          onClick={() => void save()}
        >
          {t('export.button')}
        </button>
        {characters !== undefined && <span class="quiet">{t('export.reading', { amount })}</span>}
        {isSaved && <span class="quiet">{t('export.done')}</span>}
      </div>
    </section>
  );
}

export interface AdoptProps {
  readonly guestToken: string;
  /** Other conversations are there now. */
  readonly changed: () => void;
}

/** For somebody who signed in where they had been a guest before, and had said something. */
export function AdoptSection({ guestToken, changed }: AdoptProps) {
  const { speech } = useShell();
  const { locale, t } = useLanguage();
  const deed = useDeed();
  const found = useReading('conversations.adoptable', { guestToken });
  const { conversations, folders } = found.value ?? {};
  const [adopted, setAdopted] = useState<number | undefined>(undefined);
  const take = async () => {
    const result = await deed.run('conversations.adopt', { guestToken });
    if (!result) return;
    const count = numberOf(result['adopted']);
    setAdopted(count);
    speech.say(wordsOf(count));
    changed();
  };
  const wordsOf = (count: number) => {
    if (count === 0) return t('adopt.none');
    return count === 1 ? t('adopt.one') : t('adopt.some', { count: amountText(locale, count) });
  };
  const isSomething = numberOf(conversations) + numberOf(folders) > 0;
  if (!isSomething && adopted === undefined) return null;
  return (
    <section class="card" aria-labelledby="adopt">
      <h3 id="adopt">{t('adopt.title')}</h3>
      <p class="quiet">{t('adopt.lead')}</p>
      <Fault text={deed.fault} />
      <div class="line">
        <button type="button" class="button" aria-disabled={deed.isBusy} onClick={() => void take()}>
          {t('adopt.button')}
        </button>
        {adopted !== undefined && <span class="quiet">{wordsOf(adopted)}</span>}
      </div>
    </section>
  );
}
