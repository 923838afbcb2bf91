import { useState } from 'preact/hooks';
import { isErrorKey } from '../../../../shared/client/message.ts';
import { copyText } from '../clipboard.ts';
import { shortTimeText, failureText, type Texts } from '../i18n.ts';
import { readableText } from '../readable-text.ts';
import { useShell, useTexts, type Language } from '../shell.ts';
import type { ShareFailure, ShareLink, SharesStore } from './shares-store.ts';
import { SHARES_EN } from './texts/en.ts';
import { SHARES_ES } from './texts/es.ts';
import './shares.css';

type ShareTextKey = keyof typeof SHARES_EN;
const SHARES_TEXTS: Texts<ShareTextKey> = { en: SHARES_EN, es: SHARES_ES };

export interface ShareLinksProps {
  readonly store: SharesStore;
  /** Where the links of several conversations stand together. */
  readonly hasTitles: boolean;
  /** What takes the focus when the last link is withdrawn. */
  readonly heir: () => void;
}

/** Each link with what can be done with it. */
export function ShareLinks({ store, hasTitles, heir }: ShareLinksProps) {
  const { t } = useTexts(SHARES_TEXTS);
  const [failure, setFailure] = useState<ShareFailure>(undefined);
  const links = store.links.value ?? [];
  const withdraw = async (id: string) => {
    const failed = await store.withdraw(id);
    setFailure(failed);
    if (!failed) heir();
    return failed === undefined;
  };
  return (
    <>
      {links.length > 0 && (
        <ul class="shares" aria-label={t('shares.label')}>
          {links.map((link) => (
            <ShareRow key={link.id} link={link} hasTitle={hasTitles} withdraw={withdraw} />
          ))}
        </ul>
      )}
      <ShareFault failure={failure} />
    </>
  );
}

interface RowProps {
  readonly link: ShareLink;
  readonly hasTitle: boolean;
  /** Resolves to whether it was done. */
  readonly withdraw: (id: string) => Promise<boolean>;
}

function ShareRow({ link: { id, title, createdAt }, hasTitle, withdraw }: RowProps) {
  const { router, speech } = useShell();
  const { locale, t } = useTexts(SHARES_TEXTS);
  const [copied, setCopied] = useState<boolean | undefined>(undefined);
  const address = router.href({ name: 'share', share: id });
  const name = readableText(title) || t('shares.untitled');
  const time = shortTimeText(locale, createdAt);
  const copy = async () => {
    const isDone = await copyText(address);
    setCopied(isDone);
    speech.say(t(isDone ? 'shares.copied' : 'shares.notCopied'));
  };
  const end = async () => {
    if (await withdraw(id)) speech.say(t('shares.withdrawn'));
  };
  return (
    <li class="share">
      {hasTitle && (
        <strong class="share-title" dir="auto">
          {name}
        </strong>
      )}
      <a class="share-address" href={address} target="_blank" rel="noreferrer">
        {address}
      </a>
      <p class="quiet share-time">{copied === false ? t('shares.notCopied') : t('shares.made', { time })}</p>
      <div class="share-buttons">
        <button
          type="button"
          class="button"
          aria-label={copied ? undefined : t('shares.copyOne', { title: name, time })}
          onClick={() => void copy()}
        >
          {t(copied ? 'shares.copied' : 'shares.copy')}
        </button>
        <button
          type="button"
          class="button"
          aria-label={t('shares.withdrawOne', { title: name, time })}
          onClick={() => void end()}
        >
          {t('shares.withdraw')}
        </button>
      </div>
    </li>
  );
}

export function ShareFault({ failure }: { failure: ShareFailure }) {
  const language = useTexts(SHARES_TEXTS);
  return (
    <div role="alert" class="share-fault-place">
      {failure && <p class="share-fault">{wordsOf(failure, language)}</p>}
    </div>
  );
}

function wordsOf(
  { reason, values, message }: NonNullable<ShareFailure>,
  { locale, t }: Language<ShareTextKey>,
): string {
  if (reason === 'not_found') return t('shares.nothing');
  return isErrorKey(reason) ? failureText(locale, reason, values, message) : t('shares.away');
}
