import { useEffect, useRef, useState } from 'preact/hooks';
import { isErrorKey, textOf } from '../../../shared/client/message.ts';
import { Fault, Field } from '../ui/field.tsx';
import { failureText } from '../ui/i18n.ts';
import { Link } from '../ui/link.tsx';
import { useShell } from '../ui/shell.ts';
import { useLanguage } from './api-texts.ts';
import { isKey } from './examples.ts';
import { CopyButton } from './snippet.tsx';

export interface KeySectionProps {
  readonly typed: string;
  readonly change: (typed: string) => void;
}

export function KeySection({ typed, change }: KeySectionProps) {
  const { account } = useShell();
  const { t } = useLanguage();
  const title = useRef<HTMLHeadingElement>(null);
  const [made, setMade] = useState<string | undefined>(undefined);
  const isSignedIn = account.account.value.name === 'signedIn';
  const isWrong = typed.trim() !== '' && !isKey(typed.trim());
  const take = (key: string) => {
    setMade(key);
    change(key);
  };
  const another = () => {
    change('');
    // The button that had the focus is gone.
    title.current?.focus();
  };
  return (
    <section class="api-card" aria-labelledby="api-key">
      <h3 ref={title} id="api-key" tabIndex={-1}>
        {t('key.title')}
      </h3>
      {made !== undefined && made === typed ? (
        <Made value={made} another={another} />
      ) : (
        <>
          {isSignedIn ? <MakeKey take={take} /> : <SignInFirst />}
          <Field
            label={t('key.paste')}
            hint={t('key.pasteHint')}
            value={typed}
            change={change}
            maxLength={4_000}
            autocomplete="off"
          />
          <Fault text={isWrong ? t('key.wrong') : undefined} />
        </>
      )}
      {isSignedIn && (
        <p>
          <Link to={{ name: 'app', page: 'account' }} class="api-link">
            {t('key.manage')}
          </Link>
        </p>
      )}
    </section>
  );
}

/** Says how to get a key, and leads there and back. */
function SignInFirst() {
  const { entry } = useShell();
  const { t } = useLanguage();
  return (
    <>
      <p class="quiet">{t(entry.value.signUp ? 'key.how' : 'key.howClosed')}</p>
      <div class="api-row">
        <Link to={{ name: 'app', page: 'sign-in', next: 'api' }} class="button button-strong">
          {t('key.signIn')}
        </Link>
        {entry.value.signUp && (
          <Link to={{ name: 'app', page: 'register', next: 'api' }} class="button">
            {t('key.register')}
          </Link>
        )}
      </div>
    </>
  );
}

/** The focus comes here, since the form that had it is gone. */
function Made({ value, another }: { value: string; another: () => void }) {
  const { t } = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [value]);
  return (
    <div ref={box} class="api-made" tabIndex={-1} role="group" aria-labelledby="api-made">
      <p id="api-made">{t('key.once')}</p>
      <code>{value}</code>
      <div class="api-row">
        <CopyButton name={t('key.title')} text={value} />
        <button type="button" class="button" onClick={another}>
          {t('key.another')}
        </button>
      </div>
    </div>
  );
}

function MakeKey({ take }: { take: (key: string) => void }) {
  const { line } = useShell();
  const { locale, t } = useLanguage();
  const [name, setName] = useState(t('key.nameGiven'));
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const make = async (event: Event) => {
    event.preventDefault();
    if (isBusy || name.trim() === '') return;
    setBusy(true);
    const outcome = await line.ask('keys.create', { name: name.trim() });
    setBusy(false);
    if (outcome.ok) {
      setFault(undefined);
      take(textOf(outcome.result['key']));
      return;
    }
    const { reason, values, message } = outcome.failure;
    setFault(failureText(locale, isErrorKey(reason) ? reason : 'internal', values, message));
  };
  return (
    <form class="api-row" onSubmit={(event) => void make(event)}>
      <Field
        label={t('key.name')}
        value={name}
        change={setName}
        required
        maxLength={100}
        autocomplete="off"
      />
      <button type="submit" class="button button-strong" aria-disabled={isBusy}>
        {t('key.make')}
      </button>
      <Fault text={fault} />
    </form>
  );
}
