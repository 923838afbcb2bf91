import { useEffect } from 'preact/hooks';
import type { Choices } from '../choices.ts';
import { useLanguage, useChat } from './context.ts';

const OPENERS = ['empty.opener1', 'empty.opener2', 'empty.opener3'] as const;

/** A choice only fills the composer, so that the reader can change the text before sending it. */
export function Empty() {
  const { store, choices, temporary, focusComposer } = useChat();
  const { t } = useLanguage();
  const answering = choices.answers.value;
  const isTemporary = temporary.isOn.value;
  const { name } = store.opener.opening.value;
  // Which model answers as usual may have changed since the last conversation.
  useEffect(() => void choices.refresh(), []);
  const choose = (text: string) => {
    store.setDraft(text);
    focusComposer();
  };
  if (name === 'reading') return <p class="opening">{t('opening.reading')}</p>;
  return (
    <div class="empty">
      {name !== 'none' && (
        <p class="empty-notice" role="note">
          {t(`opening.${name}`)}
        </p>
      )}
      {temporary.hasEnded.value && (
        <p class="empty-notice" role="note">
          {t('temporary.ended')}
        </p>
      )}
      <h2>{t('empty.title')}</h2>
      {isTemporary && <p>{t('temporary.text')}</p>}
      <p>{t(textKey(answering), { model: answering?.model ?? '' })}</p>
      <ul aria-label={t('empty.openers')}>
        {OPENERS.map((key) => (
          <li key={key}>
            <button type="button" class="opener" onClick={() => choose(t(key))}>
              {t(key)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function textKey(answering: Choices['answers']['value']) {
  if (!answering) return 'empty.text';
  return answering.isCompanion ? 'empty.companion' : 'empty.model';
}
