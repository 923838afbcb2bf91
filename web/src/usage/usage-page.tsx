import { useEffect, useState } from 'preact/hooks';
import { Fault, Field } from '../ui/field.tsx';
import { useShell } from '../ui/shell.ts';
import { Sheet } from '../ui/sheet.tsx';
import { Choice } from '../ui/choice.tsx';
import { Figures, WhatIsLeft } from './figures.tsx';
import { LiveView } from './live-view.tsx';
import { Pictures } from './pictures.tsx';
import {
  addressOf,
  BUCKETS_OF,
  defaultBucket,
  PERIODS,
  questionOf,
  type PeriodName,
  type Question,
} from './question.ts';
import { useUsage } from './usage-data.ts';
import { useLanguage } from './usage-texts.ts';
import './usage.css';

/** What one has used; for administrators also what anybody and everybody has. */
export function UsagePage() {
  const { account } = useShell();
  const { t } = useLanguage();
  const [question, ask] = useQuestion();
  const { data, fault, isReading, again } = useUsage(question);
  const who = account.account.value;
  const isAdmin = who.name === 'signedIn' && who.user.isAdmin;
  return (
    <Sheet name="usage" back={t('usage.back')}>
      <div class="usage-sheet" aria-busy={isReading}>
        <h2>{t('usage.title')}</h2>
        <p class="quiet">{t('usage.lead', { zone: data?.overview.timeZone ?? 'UTC' })}</p>
        <Choices question={question} isAdmin={isAdmin} ask={ask} />
        {fault !== undefined && (
          <div>
            <Fault text={fault} />
            <button type="button" class="button" onClick={again}>
              {t('usage.again')}
            </button>
          </div>
        )}
        {!data && fault === undefined && (
          <p class="quiet" role="status">
            {t('usage.loading')}
          </p>
        )}
        {isAdmin && question.user === 'all' && <LiveView />}
        {data && fault === undefined && (
          <>
            <Figures overview={data.overview} />
            <WhatIsLeft data={data} question={question} />
            {data.overview.totals.requests === 0 ? (
              <p class="quiet">{t('usage.empty')}</p>
            ) : (
              <Pictures data={data} bucket={question.bucket} />
            )}
          </>
        )}
      </div>
    </Sheet>
  );
}

/** Kept in the address; back and forward lead through what was looked at. */
function useQuestion(): [Question, (question: Question) => void] {
  const [question, setQuestion] = useState(() => questionOf(new URL(location.href)));
  useEffect(() => {
    const back = () => setQuestion(questionOf(new URL(location.href)));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  return [
    question,
    (next) => {
      history.pushState(null, '', addressOf(next, new URL(location.href)));
      setQuestion(next);
    },
  ];
}

interface ChoicesProps {
  readonly question: Question;
  readonly isAdmin: boolean;
  readonly ask: (question: Question) => void;
}

function Choices({ question, isAdmin, ask }: ChoicesProps) {
  const { t } = useLanguage();
  const buckets = BUCKETS_OF[question.period];
  const choose = (period: PeriodName) => {
    const isFitting = BUCKETS_OF[period].includes(question.bucket);
    ask({ ...question, period, bucket: isFitting ? question.bucket : defaultBucket(period) });
  };
  return (
    <div class="usage-choices">
      <Choice
        label={t('usage.period')}
        value={question.period}
        options={PERIODS.map((one) => [one, t(`usage.period.${one}`)])}
        change={choose}
      />
      <Choice
        label={t('usage.bucket')}
        value={question.bucket}
        options={buckets.map((one) => [one, t(`usage.bucket.${one}`)])}
        change={(bucket) => ask({ ...question, bucket })}
      />
      {isAdmin && <Whose question={question} ask={ask} />}
    </div>
  );
}

function Whose({ question, ask }: Omit<ChoicesProps, 'isAdmin'>) {
  const { t } = useLanguage();
  const { user } = question;
  const known = user === 'me' || user === 'all' ? user : 'one';
  const [kind, setKind] = useState<'me' | 'all' | 'one'>(known);
  const [person, setPerson] = useState(known === 'one' ? user : '');
  useEffect(() => setKind(known), [known]);
  return (
    <>
      <Choice
        label={t('usage.whose')}
        value={kind}
        options={(['me', 'all', 'one'] as const).map((one) => [one, t(`usage.whose.${one}`)])}
        change={(chosen) => {
          setKind(chosen);
          if (chosen !== 'one') ask({ ...question, user: chosen });
        }}
      />
      {kind === 'one' && (
        <form
          class="usage-person"
          onSubmit={(event) => {
            event.preventDefault();
            if (person.trim() !== '') ask({ ...question, user: person.trim() });
          }}
        >
          <Field label={t('usage.person')} maxLength={254} value={person} change={setPerson} />
          <button type="submit" class="button">
            {t('usage.show')}
          </button>
        </form>
      )}
    </>
  );
}
