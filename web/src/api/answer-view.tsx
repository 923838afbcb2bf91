import { useId } from 'preact/hooks';
import { useLanguage } from './api-texts.ts';
import { readable, type TriedAnswer } from './send-request.ts';
import { CopyBlock } from './snippet.tsx';

/** What came back, as text and nothing else. */
export function AnswerView({ answer }: { answer: TriedAnswer }) {
  const { locale, t } = useLanguage();
  const id = useId();
  const { state, status, headers, isCut, tookMs } = answer;
  const text = readable(answer);
  const seconds = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(tookMs / 1_000);
  return (
    <section class="api-answer" aria-labelledby={id} data-state={state}>
      <p id={id} role="status" class="api-outcome">
        {status > 0 && <strong data-failed={status >= 400}>{t('answer.status', { status })}</strong>}
        <span>{t(`answer.${state}`)}</span>
        {state !== 'waiting' && state !== 'arriving' && (
          <span class="quiet">{t('answer.time', { seconds })}</span>
        )}
      </p>
      {headers.length > 0 && (
        <dl class="api-headers" aria-label={t('answer.headers')}>
          {headers.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {text !== '' && <CopyBlock name={t('answer.body')} text={text} />}
      {text === '' && state === 'done' && <p class="quiet">{t('answer.empty')}</p>}
      {isCut && <p class="quiet">{t('answer.cut')}</p>}
    </section>
  );
}
