import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useShell } from '../ui/shell.ts';
import { announce } from './announce.ts';
import type { ChatStore } from './chat-store.ts';
import { Banner } from './components/banner.tsx';
import { ChatHeader } from './components/chat-header.tsx';
import { Composer } from './components/composer.tsx';
import {
  ChatContext,
  useLanguage,
  type Chat,
  type ChatServices,
  type Landing,
} from './components/context.ts';
import { Conversation } from './components/conversation.tsx';
import type { FollowEnd } from './follow-end.ts';
import { PanelHost } from './components/panel-host.tsx';
import { TemporaryMark } from './components/temporary-mark.tsx';
import '../ui/markdown/prose.css';
import '../ui/styles/talk.css';
import './styles/conversation.css';
import '../ui/styles/thinking.css';
import './styles/composer.css';
import './styles/versions.css';
import './styles/proof.css';

/** Wherever the focus is. Escape closes an open dialog first; an input method that composes keeps it. */
function stopOnEscape(store: ChatStore): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || event.keyCode === 229)
      return;
    if (store.chat.peek().live && !document.querySelector('dialog:modal')) store.stop();
  };
  document.addEventListener('keydown', pressed);
  return () => document.removeEventListener('keydown', pressed);
}

export function ChatPage({ services }: { services: ChatServices }) {
  const shell = useShell();
  const field = useRef<HTMLTextAreaElement>(null);
  const chat = useRef<Chat>({
    ...services,
    focusComposer: () => {
      const taking = field.current ?? document.getElementById('composer');
      taking?.focus({ preventScroll: true });
    },
    follow: useRef<FollowEnd>(undefined),
    landing: useRef<Landing>(undefined),
    isHeldUp: useRef(signal(false)).current,
  }).current;
  useEffect(() => announce(chat.store, shell), []);
  useEffect(() => stopOnEscape(chat.store), []);
  useEffect(() => {
    // On a touch screen the focus would raise the keyboard over the page.
    if (matchMedia('(pointer: fine)').matches) chat.focusComposer();
  }, []);
  useEffect(() => {
    // What had the focus may have gone with the conversation that was left.
    if (document.activeElement === document.body && matchMedia('(pointer: fine)').matches)
      chat.focusComposer();
  }, [chat.store.opener.shown.value]);
  return (
    <ChatContext.Provider value={chat}>
      <div class="page">
        <ChatHeader />
        <main class="main">
          <Conversation key={chat.store.opener.shown.value} />
          <div class="bottom">
            <TemporaryMark />
            <Banner />
            <Composer field={field} />
          </div>
        </main>
      </div>
      <PanelHost />
    </ChatContext.Provider>
  );
}

/** Before everything else that the keyboard reaches, the list too. */
export function SkipLink() {
  const { t } = useLanguage();
  const skip = (event: Event) => {
    event.preventDefault();
    document.querySelector<HTMLElement>('#composer')?.focus({ preventScroll: true });
  };
  return (
    <a class="skip" href="#composer" onClick={skip}>
      {t('chat.skip')}
    </a>
  );
}
