import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { browserClock } from '../ui/browser-clock.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Fault, Field } from '../ui/field.tsx';
import { useShell } from '../ui/shell.ts';
import { AnswerView } from './answer-view.tsx';
import { useLanguage } from './api-texts.ts';
import { Choice } from '../ui/choice.tsx';
import type { OperationProps } from './operation-props.ts';
import { isGrave, type ApiOperation } from './reference.ts';
import { sendRequest, type TriedAnswer } from './send-request.ts';
import { faultOfJson, fieldsOf, missingIn, urlFor, withModel, type Values } from './try-request.ts';

type Sender = 'key' | 'session' | 'nobody';

export function TryForm({ operation, apiKey, model }: OperationProps) {
  const { t } = useLanguage();
  const id = useId();
  const [values, setValues] = useState<Values>({});
  const [typed, setBody] = useState<string | undefined>(undefined);
  const { sender, senders, choose } = useSender(apiKey);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isAsking, setAsking] = useState(false);
  const sending = useSending();
  const body = typed ?? (operation.body === undefined ? '' : withModel(operation.body, model));
  const send = async () => {
    setAsking(false);
    const told = { operation, values, body, sender, apiKey };
    setFault((await sending.send(told)) ? undefined : t('try.noSession'));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (sending.isBusy) return sending.stop();
    const missing = missingIn(operation, values);
    const broken = faultOfJson(body);
    if (missing !== undefined) return setFault(t('try.missing', { name: missing }));
    if (broken === 'somewhere') return setFault(t('try.notJson'));
    if (broken) return setFault(t('try.notJsonAt', { ...broken }));
    setFault(undefined);
    if (isGrave(operation)) setAsking(true);
    else void send();
  };
  return (
    <section class="api-try" aria-labelledby={id}>
      <h4 id={id}>{t('try.title')}</h4>
      <p class="quiet">{t('try.real')}</p>
      <form class="api-form" onSubmit={submit}>
        {fieldsOf(operation).map(({ name, type }) => (
          <Field
            key={name}
            label={name}
            hint={type}
            autocomplete="off"
            value={values[name] ?? ''}
            change={(value) => setValues((before) => ({ ...before, [name]: value }))}
          />
        ))}
        {operation.body !== undefined && <BodyField value={body} change={setBody} />}
        <Choice label={t('try.as')} value={sender} options={senders} change={choose} />
        <Fault text={fault} />
        {/* One button for both, so that the focus stays where it is. */}
        <div class="api-row">
          <button type="submit" class={sending.isBusy ? 'button' : 'button button-strong'}>
            {t(sending.isBusy ? 'try.stop' : 'try.send')}
          </button>
        </div>
      </form>
      {sending.answer && <AnswerView answer={sending.answer} />}
      {isAsking && <Ask operation={operation} cancel={() => setAsking(false)} send={() => void send()} />}
    </section>
  );
}

function BodyField({ value, change }: { value: string; change: (value: string) => void }) {
  const { t } = useLanguage();
  const id = useId();
  return (
    <div class="labelled">
      <label for={id}>{t('try.body')}</label>
      <textarea
        id={id}
        class="api-body"
        rows={Math.min(14, value.split('\n').length + 1)}
        spellcheck={false}
        autocapitalize="none"
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </div>
  );
}

/** With what a request is sent: the key if there is one, otherwise whoever is signed in. */
function useSender(apiKey: string | undefined) {
  const { account } = useShell();
  const { t } = useLanguage();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const senders: (readonly [Sender, string])[] = [];
  if (apiKey !== undefined) senders.push(['key', t('try.asKey')]);
  if (account.account.value.name === 'signedIn') senders.push(['session', t('try.asSession')]);
  senders.push(['nobody', t('try.asNobody')]);
  const sender = senders.find(([name]) => name === chosen)?.[0] ?? senders[0]?.[0] ?? 'nobody';
  return { sender, senders, choose: setChosen };
}

interface Sent {
  readonly operation: ApiOperation;
  readonly values: Values;
  readonly body: string;
  readonly sender: Sender;
  readonly apiKey: string | undefined;
}

function useSending() {
  const { account, router } = useShell();
  const [answer, setAnswer] = useState<TriedAnswer | undefined>(undefined);
  const cancel = useRef<AbortController | undefined>(undefined);
  // Nobody would see the rest.
  useEffect(() => () => cancel.current?.abort(), []);
  const keyFor = async ({ sender, apiKey }: Sent): Promise<string | undefined> => {
    if (sender !== 'session') return sender === 'key' ? apiKey : undefined;
    if (account.accessToken === undefined) await account.refresh();
    return account.accessToken;
  };
  /** False when the session cannot be used. */
  const send = async (sent: Sent): Promise<boolean> => {
    const { operation, values, body, sender } = sent;
    const key = await keyFor(sent);
    if (key === undefined && sender === 'session') return false;
    const stopped = new AbortController();
    cancel.current = stopped;
    const hasBody = operation.body !== undefined && body.trim() !== '';
    const url = urlFor(operation, values, router.root);
    void sendRequest(
      { url, method: operation.method, key, body: hasBody ? body : undefined },
      {
        fetch: (input, init) => fetch(input, init),
        clock: browserClock,
        signal: stopped.signal,
        changed: setAnswer,
      },
    );
    return true;
  };
  const isBusy = answer?.state === 'waiting' || answer?.state === 'arriving';
  return { answer, isBusy, send, stop: () => cancel.current?.abort() };
}

interface AskProps {
  readonly operation: ApiOperation;
  readonly cancel: () => void;
  readonly send: () => void;
}

function Ask({ operation: { method, path }, cancel, send }: AskProps) {
  const { t } = useLanguage();
  return (
    <Dialog id="api-ask" title={t('try.graveTitle', { method, path })} close={cancel}>
      <p>{t('try.graveText')}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={cancel}>
          {t('try.cancel')}
        </button>
        <button type="button" class="button button-grave" onClick={send}>
          {t('try.graveSend')}
        </button>
      </div>
    </Dialog>
  );
}
