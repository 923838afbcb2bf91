import { useEffect, useState } from 'preact/hooks';
import { numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { Fault } from '../ui/field.tsx';
import { amountText } from '../ui/i18n.ts';
import { useShell } from '../ui/shell.ts';
import { faultOf, useDeed } from '../ui/use-request.ts';
import { Earlier, focusEarlier, titleOf, whenAndCost } from './parts.tsx';
import type { WorkPartProps } from './runs.ts';
import { SummaryForm } from './summary-form.tsx';
import { SummaryRun, type SummaryFailure, type SummaryStep } from './summary-run.ts';
import { usePages, type Listed } from './use-pages.ts';
import { useLanguage, type WorkLanguage } from './work-texts.ts';
import { Written } from './written.tsx';

export function SummariesPage({ runs }: WorkPartProps) {
  const { line, speech } = useShell();
  const { t } = useLanguage();
  const run = (runs.summary ??= new SummaryRun(line));
  const listed = usePages('summaries.list', 'summaries');
  const state = run.state.value;
  const isDone = state.name === 'done';
  useEffect(() => {
    // Also one that ended while the reader was elsewhere.
    if (isDone) listed.again();
  }, [isDone]);
  return (
    <>
      <h2>{t('work.summaries')}</h2>
      <p class="quiet">{t('summaries.lead')}</p>
      <SummaryForm
        isBusy={state.name === 'running'}
        start={async (wish, pieceBytes) => {
          const isWritten = await run.start(wish, pieceBytes);
          if (isWritten) speech.say(t('summaries.done'));
          return isWritten;
        }}
      />
      {state.name === 'failed' && <Failed failure={state.failure} />}
      {state.name === 'running' && <Running step={state.step} text={state.text} stop={() => run.stop()} />}
      {state.name === 'done' && <Done summary={state.summary} />}
      <Earlier listed={listed} title="summaries.earlier" none="summaries.none">
        <Rows listed={listed} />
      </Earlier>
    </>
  );
}

function Failed({ failure }: { failure: SummaryFailure }) {
  const language = useLanguage();
  const { t } = language;
  return <Fault text={failure === 'unreadable' ? t('summaries.unreadable') : faultOf(failure, language)} />;
}

function Running({ step, text, stop }: { step: SummaryStep; text: string; stop: () => void }) {
  const language = useLanguage();
  const { t } = language;
  return (
    <section class="work-now" aria-label={t('summaries.result')}>
      <div class="work-line">
        <p class="quiet" role="status">
          {stepText(step, language)}
        </p>
        <button type="button" class="button" onClick={stop}>
          {t('work.stop')}
        </button>
      </div>
      <Bar step={step} />
      {text !== '' && <Written text={text} whole={false} title="" />}
    </section>
  );
}

function Bar({ step }: { step: SummaryStep }) {
  const { t } = useLanguage();
  const [value, max] = shareOf(step);
  if (max < 2) return null;
  return <progress class="bar" aria-label={t('work.working')} value={value} max={max} />;
}

function shareOf(step: SummaryStep): [value: number, max: number] {
  if (step.name === 'sending') return [step.percent, 100];
  if (step.name === 'reading') return [step.page, step.pages];
  return step.name === 'working' ? [step.done, step.calls] : [0, 0];
}

function stepText(step: SummaryStep, { locale, t }: WorkLanguage): string {
  switch (step.name) {
    case 'sending':
      return t('summaries.uploading', { percent: step.percent });
    case 'fetching':
      return t('summaries.fetching');
    case 'queued':
      return t('work.queued', { position: step.position });
    case 'reading':
      return t('summaries.reading', { page: step.page, pages: step.pages });
    case 'working': {
      const { done, calls, creditsMax } = step;
      const most = t('summaries.atMost', { amount: amountText(locale, creditsMax) });
      return `${t('summaries.progress', { done: Math.min(done + 1, calls), calls })} · ${most}`;
    }
  }
}

function Done({ summary }: { summary: Params }) {
  const language = useLanguage();
  const title = titleOf(summary, language);
  return (
    <section class="work-now" aria-labelledby="summary-done">
      <h3 id="summary-done" dir="auto">
        {title}
      </h3>
      <Written text={textOf(summary['text'])} whole title={title} />
      <p class="quiet">{whenAndCost(textOf(summary['createdAt']), numberOf(summary['charged']), language)}</p>
    </section>
  );
}

function Rows({ listed }: { listed: Listed }) {
  const language = useLanguage();
  const { speech } = useShell();
  const { t } = language;
  const reading = useDeed();
  const deleting = useDeed();
  const [open, setOpen] = useState<Params | undefined>(undefined);
  const toggle = async (id: string) => {
    if (open?.['id'] === id) return setOpen(undefined);
    const summary = await reading.run('summaries.get', { summary: id });
    if (summary) setOpen(summary);
  };
  const remove = async (id: string) => {
    if (!(await deleting.run('summaries.delete', { summary: id }))) return;
    listed.drop(id);
    speech.say(t('work.deleted'));
    focusEarlier();
  };
  return (
    <>
      <Fault text={reading.fault ?? deleting.fault} />
      <ul class="work-rows">
        {listed.records?.map((summary) => {
          const id = textOf(summary['id']);
          const title = titleOf(summary, language);
          const isOpen = open?.['id'] === id;
          return (
            <li key={id}>
              <button
                type="button"
                class="work-title"
                aria-expanded={isOpen}
                aria-label={t(isOpen ? 'work.close' : 'work.open', { title })}
                onClick={() => void toggle(id)}
              >
                <span dir="auto">{title}</span>
              </button>
              <p class="quiet">
                {whenAndCost(textOf(summary['createdAt']), numberOf(summary['charged']), language)}
              </p>
              <button
                type="button"
                class="button"
                aria-label={t('work.deleteOne', { title })}
                onClick={() => void remove(id)}
              >
                {t('work.delete')}
              </button>
              {isOpen && <Written text={textOf(open['text'])} whole title={title} />}
            </li>
          );
        })}
      </ul>
    </>
  );
}
