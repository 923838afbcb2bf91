import { useEffect } from 'preact/hooks';
import { Header } from '../../ui/header.tsx';
import { UI_TEXTS } from '../../ui/i18n.ts';
import { Icon } from '../../ui/icons.tsx';
import { useShell, useTexts } from '../../ui/shell.ts';
import { isShown } from '../../ui/side.ts';
import { BalanceView } from './balance.tsx';
import { ConnectionStatus } from './connection-status.tsx';
import { useChat, useLanguage } from './context.ts';
import { NewConversation } from './new-conversation.tsx';
import { Picker } from './picker.tsx';

export function ChatHeader() {
  const { store, current, temporary, begin, isAsking, focusComposer } = useChat();
  const { side } = useShell();
  const { t } = useLanguage();
  const isTemporary = temporary.isOn.value;
  const title = isTemporary ? t('temporary.title') : current.summary.value?.title || undefined;
  const name = useTexts(UI_TEXTS).t('app.name');
  useEffect(() => {
    document.title = title === undefined ? name : `${title} · ${name}`;
  }, [title, name]);
  const started = () => {
    begin();
    if (!isAsking.peek()) focusComposer();
  };
  // The list, where it stands beside the conversation, has this button too.
  const isOffered = store.chat.value.pages.length > 0 && (side.isNarrow.value || !isShown(side));
  return (
    <>
      <Header title={title} status={<ConnectionStatus />}>
        {!isTemporary && <Picker />}
        <BalanceView />
        {isOffered && (
          <button
            type="button"
            class="tool tool-new"
            aria-label={t('header.new')}
            title={t('header.new')}
            onClick={started}
          >
            <Icon name="new" />
          </button>
        )}
      </Header>
      {isAsking.value && (
        <NewConversation
          close={() => {
            isAsking.value = false;
          }}
        />
      )}
    </>
  );
}
