import { useEffect, useMemo, useRef } from 'preact/hooks';
import { isRecord, numberOf, type Params } from '../../../shared/client/message.ts';
import type { AccountKeeper } from '../connection/account-keeper.ts';
import type { Asking } from '../connection/page-line.ts';
import { amountText } from '../ui/i18n.ts';
import { readableText } from '../ui/readable-text.ts';
import { useShell } from '../ui/shell.ts';
import { Fault } from '../ui/field.tsx';
import { Importer, type DeletedSoon, type Progress, type SendResult } from './importer.ts';
import { useLanguage, type PeopleLanguage } from './people-texts.ts';
import { faultOf } from '../ui/use-request.ts';

/** Less than the server takes, for what goes around it: over the page's connection, and over HTTP. */
const BYTES_MAX = { guest: 60 * 1024, user: 18 * 1024 * 1024 } as const;
/** Named one by one; more are counted. */
const LEFT_OUT_SHOWN = 20;

/** Of the file of another program, or of another Hilo. */
export function ImportSection({ changed }: { changed: () => void }) {
  const { line, account, speech } = useShell();
  const language = useLanguage();
  const { t } = language;
  const file = useRef<HTMLInputElement>(null);
  const told = useRef(language);
  told.current = language;
  const importer = useMemo(
    () =>
      new Importer({
        bytesMax: () => (account.account.peek().name === 'signedIn' ? BYTES_MAX.user : BYTES_MAX.guest),
        send: (data) => send(data, { line, account, language: told.current }),
      }),
    [],
  );
  const state = importer.state.value;
  const isBusy = state.name === 'reading' || state.name === 'sending';
  useEffect(() => {
    if (state.name === 'done') speech.say(resultText(state.progress, language));
    if (state.name === 'done' || state.name === 'stopped') changed();
  }, [state.name]);
  const chosen = async (input: HTMLInputElement) => {
    const [first] = input.files ?? [];
    if (first) await importer.take(first);
    // The same file can be chosen again.
    input.value = '';
  };
  return (
    <section class="card" aria-labelledby="import">
      <h3 id="import">{t('import.title')}</h3>
      <p class="quiet">{t('import.lead')}</p>
      <input
        ref={file}
        type="file"
        hidden
        accept=".json,.jsonl,application/json"
        aria-label={t('import.button')}
        onChange={(event) => void chosen(event.currentTarget)}
      />
      {state.name === 'refused' && <Fault text={t(`import.${state.fault}`)} />}
      {state.name === 'stopped' && <Fault text={state.words} />}
      {'progress' in state && <ProgressView progress={state.progress} isOver={!isBusy} />}
      <div class="line">
        <button
          type="button"
          class="button"
          aria-disabled={isBusy}
          onClick={() => isBusy || file.current?.click()}
        >
          {t(isBusy ? 'import.busy' : 'import.button')}
        </button>
        {state.name === 'stopped' && (
          <button type="button" class="button button-strong" onClick={() => void importer.goOn()}>
            {t('import.goOn')}
          </button>
        )}
      </div>
    </section>
  );
}

function ProgressView({ progress, isOver }: { progress: Progress; isOver: boolean }) {
  const language = useLanguage();
  const { locale, t } = language;
  const { done, total, leftOut, deletedSoon } = progress;
  const more = leftOut.length - LEFT_OUT_SHOWN;
  const [doneText, totalText] = [amountText(locale, done), amountText(locale, total)];
  return (
    <>
      {!isOver && <progress class="bar" aria-label={t('import.title')} value={done} max={total} />}
      <p>
        {isOver ? resultText(progress, language) : t('import.progress', { done: doneText, total: totalText })}
      </p>
      {deletedSoon && <p class="fault">{deletedSoonText(deletedSoon, language)}</p>}
      {leftOut.length > 0 && (
        <>
          <p class="quiet">{t('import.leftOut')}</p>
          <ul class="left-out">
            {leftOut.slice(0, LEFT_OUT_SHOWN).map(({ title, why, isOnlyFiles }, index) => (
              <li key={index}>
                <strong dir="auto">{readableText(title) || t('import.untitled')}</strong>{' '}
                <span class="quiet">{isOnlyFiles ? t('import.filesTooLarge') : whyText(why, language)}</span>
              </li>
            ))}
          </ul>
          {more > 0 && <p class="quiet">{t('import.more', { count: amountText(locale, more) })}</p>}
        </>
      )}
    </>
  );
}

/** Of the server's words only where in the conversation it is. */
function whyText(why: string | undefined, { t }: PeopleLanguage): string {
  if (why === undefined) return t('import.oneTooLarge');
  const place = /: (?:\[\d+\]\.?)?([\w.[\]-]+): /.exec(why)?.[1];
  return place === undefined ? readableText(why) : t('import.oneFaulty', { place });
}

function resultText({ conversations, messages }: Progress, { locale, t }: PeopleLanguage): string {
  if (conversations === 0) return t('import.none');
  const count = amountText(locale, messages);
  if (messages === 1) return t('import.oneOne');
  if (conversations === 1) return t('import.one', { messages: count });
  return t('import.some', { count: amountText(locale, conversations), messages: count });
}

function deletedSoonText({ days, messages }: DeletedSoon, { locale, t }: PeopleLanguage): string {
  const kept = amountText(locale, days);
  if (messages === 1) return t('import.deletedSoonOne', { days: kept });
  return t('import.deletedSoon', { days: kept, messages: amountText(locale, messages) });
}

interface Sending {
  readonly line: Pick<Asking, 'ask'>;
  readonly account: Pick<AccountKeeper, 'account' | 'ask'>;
  readonly language: PeopleLanguage;
}

const ABOUT_DATA = ['file_too_large', 'import_refused', 'invalid_params'];

async function send(data: string, { line, account, language }: Sending): Promise<SendResult> {
  const { t } = language;
  if (account.account.peek().name === 'signedIn') {
    const answer = await account.ask('POST', 'conversations/import', { data });
    if (answer.ok) return { ok: true, sent: sentOf(answer.body) };
    const { reason, message } = answer.refused;
    return { ok: false, isAboutData: ABOUT_DATA.includes(reason), words: message || t('import.away') };
  }
  const outcome = await line.ask('conversations.import', { data });
  if (outcome.ok) return { ok: true, sent: sentOf(outcome.result) };
  const isAboutData = ABOUT_DATA.includes(outcome.failure.reason);
  return { ok: false, isAboutData, words: faultOf(outcome, language) ?? t('import.away') };
}

function sentOf({ conversations, messages, retention }: Params) {
  return {
    conversations: Array.isArray(conversations) ? conversations.length : 0,
    messages: numberOf(messages),
    deletedSoon: isRecord(retention) ? deletedSoonOf(retention) : undefined,
  };
}

function deletedSoonOf({ days, conversations, messages }: Params): DeletedSoon {
  return {
    days: numberOf(days),
    conversations: numberOf(conversations),
    messages: numberOf(messages),
  };
}
