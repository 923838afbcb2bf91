import { useState } from 'preact/hooks';
import { Header } from '../../ui/header.tsx';
import { Icon } from '../../ui/icons.tsx';
import { BalanceView } from './balance.tsx';
import { ConnectionStatus } from './connection-status.tsx';
import { useChat, useLanguage } from './context.ts';
import { NewConversation } from './new-conversation.tsx';

export function ChatHeader() {
  const { store } = useChat();
  const { t } = useLanguage();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Header status={<ConnectionStatus />}>
        <BalanceView />
        {store.chat.value.pages.length > 0 && (
          <button
            type="button"
            class="tool"
            aria-label={t('header.new')}
            title={t('header.new')}
            onClick={() => setAsking(true)}
          >
            <Icon name="new" />
          </button>
        )}
      </Header>
      {asking && <NewConversation close={() => setAsking(false)} />}
    </>
  );
}
