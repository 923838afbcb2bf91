import { useEffect, useState } from 'preact/hooks';
import { isErrorKey, isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { Fault } from '../ui/field.tsx';
import { amountText, failureText, shortTimeText } from '../ui/i18n.ts';
import { useShell } from '../ui/shell.ts';
import { useDeed } from '../ui/use-request.ts';
import { Earlier, focusEarlier, LongField, titleOf, whenAndCost } from './parts.tsx';
import { usePages, type Listed } from './use-pages.ts';
import { useLanguage, type WorkLanguage } from './work-texts.ts';
import { Written } from './written.tsx';

export function JobsPage() {
  const { line } = useShell();
  const { t } = useLanguage();
  const listed = usePages('jobs.list', 'jobs');
  const isReady = line.state.value.name === 'ready';
  useEffect(() => {
    const stop = line.subscribe({
      notification: (method, { job }) => {
        if (method !== 'jobs.changed') return;
        if (isRecord(job)) listed.put(job);
        else listed.again();
      },
    });
    if (isReady) void line.ask('jobs.follow', {});
    return () => {
      stop();
      void line.ask('jobs.follow', { follow: false });
    };
  }, [isReady]);
  return (
    <>
      <h2>{t('work.jobs')}</h2>
      <p class="quiet">{t('jobs.lead')}</p>
      <JobForm taken={listed.put} />
      <Earlier listed={listed} title="jobs.earlier" none="jobs.none">
        <Rows listed={listed} />
      </Earlier>
    </>
  );
}

function JobForm({ taken }: { taken: (job: Params) => void }) {
  const { speech } = useShell();
  const { locale, t } = useLanguage();
  const deed = useDeed();
  const [prompt, setPrompt] = useState('');
  const [held, setHeld] = useState<number | undefined>(undefined);
  const isReady = !deed.isBusy && prompt.trim() !== '';
  const words = held === undefined ? undefined : t('jobs.taken', { held: amountText(locale, held) });
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!isReady) return;
    setHeld(undefined);
    const result = await deed.run('jobs.submit', { prompt });
    if (!result || !isRecord(result['job'])) return;
    const { job } = result;
    taken(job);
    setPrompt('');
    const credits = isRecord(job['credits']) ? numberOf(job['credits']['held']) : 0;
    setHeld(credits);
    speech.say(t('jobs.taken', { held: amountText(locale, credits) }));
  };
  return (
    <form class="work-form" onSubmit={(event) => void submit(event)}>
      <LongField label={t('jobs.prompt')} rows={4} value={prompt} change={setPrompt} />
      <Fault text={deed.fault} />
      {words !== undefined && deed.fault === undefined && <p class="quiet">{words}</p>}
      <div class="work-line">
        <button type="submit" class="button button-strong" aria-disabled={!isReady}>
          {t('jobs.button')}
        </button>
      </div>
    </form>
  );
}

function Rows({ listed }: { listed: Listed }) {
  const { speech } = useShell();
  const { t } = useLanguage();
  const deed = useDeed();
  const [open, setOpen] = useState<{ readonly id: string; readonly text: string } | undefined>(undefined);
  const toggle = async (id: string) => {
    if (open?.id === id) return setOpen(undefined);
    const result = await deed.run('jobs.get', { job: id });
    if (!result) return;
    const completion = isRecord(result['completion']) ? textOf(result['completion']['text']) : '';
    setOpen({ id, text: completion });
  };
  const cancel = async (id: string) => {
    const result = await deed.run('jobs.cancel', { job: id });
    if (isRecord(result?.['job'])) listed.put(result['job']);
  };
  const erase = async (id: string) => {
    if (!(await deed.run('jobs.erase', { job: id }))) return;
    listed.drop(id);
    speech.say(t('work.deleted'));
    focusEarlier();
  };
  return (
    <>
      <Fault text={deed.fault} />
      <ul class="work-rows">
        {listed.records?.map((job) => (
          <Row
            key={textOf(job['id'])}
            job={job}
            text={open !== undefined && open.id === job['id'] ? open.text : undefined}
            toggle={(id) => void toggle(id)}
            cancel={(id) => void cancel(id)}
            erase={(id) => void erase(id)}
          />
        ))}
      </ul>
    </>
  );
}

type Act = (id: string) => void;

interface RowProps {
  readonly job: Params;
  /** What came of it; undefined while it is not shown. */
  readonly text: string | undefined;
  readonly toggle: Act;
  readonly cancel: Act;
  readonly erase: Act;
}

function Row({ job, text, toggle, cancel, erase }: RowProps) {
  const language = useLanguage();
  const { t } = language;
  const id = textOf(job['id']);
  const title = titleOf(job, language);
  const status = textOf(job['status']);
  const isUnfinished = status === 'queued' || status === 'running';
  return (
    <li>
      {status === 'done' ? (
        <button
          type="button"
          class="work-title"
          aria-expanded={text !== undefined}
          aria-label={t(text === undefined ? 'work.open' : 'work.close', { title })}
          onClick={() => toggle(id)}
        >
          <span dir="auto">{title}</span>
        </button>
      ) : (
        <p class="work-title" dir="auto">
          {title}
        </p>
      )}
      <p class="quiet">{stateText(job, language)}</p>
      <button
        type="button"
        class="button"
        aria-label={t(isUnfinished ? 'jobs.cancelOne' : 'work.deleteOne', { title })}
        onClick={() => (isUnfinished ? cancel(id) : erase(id))}
      >
        {t(isUnfinished ? 'jobs.cancel' : 'work.delete')}
      </button>
      {text !== undefined && text !== '' && <Written text={text} whole title={title} />}
      {text === '' && <p class="quiet">{t('jobs.noText')}</p>}
    </li>
  );
}

/** How it stands, since when, and what it costs. */
function stateText(job: Params, language: WorkLanguage): string {
  const { locale, t } = language;
  const status = textOf(job['status']);
  const credits = isRecord(job['credits']) ? job['credits'] : {};
  const parts = [isStatus(status) ? t(`jobs.${status}`) : status];
  if (status === 'queued' || status === 'running') {
    const retryAt = textOf(job['retryAt']);
    if (status === 'queued' && retryAt !== '') {
      parts.push(t('jobs.retry', { time: shortTimeText(locale, retryAt) }));
    }
    parts.push(t('jobs.held', { amount: amountText(locale, numberOf(credits['held'])) }));
  } else {
    parts.push(whenAndCost(textOf(job['endedAt']), numberOf(credits['charged']), language));
  }
  const { reason } = job;
  if (isRecord(reason) && isErrorKey(reason['key'])) {
    parts.push(failureText(locale, reason['key'], {}, textOf(reason['text'])));
  }
  return parts.join(' · ');
}

const STATUSES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

function isStatus(status: string): status is (typeof STATUSES)[number] {
  return STATUSES.some((one) => one === status);
}
