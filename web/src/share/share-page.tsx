import { useEffect, useMemo } from 'preact/hooks';
import { guessLanguage } from '../ui/guess-language.ts';
import { Header } from '../ui/header.tsx';
import { UI_TEXTS, type Texts, type UiTextKey } from '../ui/i18n.ts';
import { Icon } from '../ui/icons.tsx';
import { copyClicked } from '../ui/markdown/code-blocks.ts';
import { copyWithSources } from '../ui/markdown/copy-source.ts';
import type { Markdown } from '../ui/markdown/markdown.ts';
import { Prose } from '../ui/markdown/prose.tsx';
import { useMarkdown } from '../ui/markdown/use-markdown.ts';
import { readableText } from '../ui/readable-text.ts';
import { useShell, useTexts, type Language } from '../ui/shell.ts';
import { partThinking } from '../ui/thinking.ts';
import { ShareReader, type Shared, type SharedMessage } from './share-reader.ts';
import { SHARED_EN } from './texts/en.ts';
import { SHARED_ES } from './texts/es.ts';
import '../ui/markdown/prose.css';
import '../ui/styles/talk.css';
import '../ui/styles/thinking.css';
import './share.css';

type SharedTextKey = UiTextKey | keyof typeof SHARED_EN;
const SHARED_TEXTS: Texts<SharedTextKey> = {
  en: { ...UI_TEXTS.en, ...SHARED_EN },
  es: { ...UI_TEXTS.es, ...SHARED_ES },
};

const useLanguage = (): Language<SharedTextKey> => useTexts(SHARED_TEXTS);

/** One branch of a conversation, for whoever has its link. */
export function SharePage({ share }: { share: string }) {
  const { router } = useShell();
  const { t } = useLanguage();
  const reader = useMemo(
    () => new ShareReader({ share, root: router.root, fetch: (input, init) => fetch(input, init) }),
    [share],
  );
  const reading = reader.reading.value;
  const isShown = reading.name === 'shown';
  const title = isShown ? readableText(reading.shared.title) || t('shared.untitled') : undefined;
  useEffect(() => void reader.read(), [reader]);
  useEffect(() => {
    const check = () => void (document.hidden || reader.check());
    document.addEventListener('visibilitychange', check);
    return () => document.removeEventListener('visibilitychange', check);
  }, [reader]);
  useEffect(forbidIndexing, []);
  useEffect(() => {
    document.title = title === undefined ? t('app.name') : `${title} · ${t('app.name')}`;
  }, [title]);
  return (
    <div class="page">
      <Header
        isAlone
        title={title}
        status={
          isShown && (
            <p class="status">
              <span class="status-words">{t('shared.status')}</span>
            </p>
          )
        }
      />
      <main class="main">
        {isShown ? (
          <SharedConversation shared={reading.shared} readEarlier={() => void reader.read()} />
        ) : (
          <Notice name={reading.name} again={() => void reader.read()} />
        )}
      </main>
    </div>
  );
}

/** Beside the header that the gateway sends, for those who look into the page. */
function forbidIndexing(): () => void {
  const tag = document.createElement('meta');
  tag.name = 'robots';
  tag.content = 'noindex';
  document.head.append(tag);
  return () => tag.remove();
}

interface ConversationProps {
  readonly shared: Shared;
  readonly readEarlier: () => void;
}

function SharedConversation({ shared: { messages, earlier }, readEarlier }: ConversationProps) {
  const { speech, router } = useShell();
  const { t } = useLanguage();
  const markdown = useMarkdown();
  const clicked = async (event: Event) => {
    if (await copyClicked(event.target, t)) speech.say(t('action.copied'));
  };
  return (
    <section
      class="scroller"
      aria-label={t('shared.label')}
      tabIndex={0}
      onClick={(event) => void clicked(event)}
      onCopy={(event) => copyWithSources(event, event.currentTarget)}
    >
      <div class="column">
        {earlier !== undefined && (
          <p class="shared-earlier">
            <button type="button" class="button" onClick={readEarlier}>
              {t('shared.earlier')}
            </button>
          </p>
        )}
        {messages.map((message, index) => (
          // Earlier ones may come before it.
          <MessageView key={messages.length - index} message={message} markdown={markdown} />
        ))}
        <footer class="shared-end">
          <p>{t('shared.end')}</p>
          <OwnLink href={router.href({ name: 'chat' })} />
        </footer>
      </div>
    </section>
  );
}

/** The page of a link has no session; a conversation begins with a page of its own. */
function OwnLink({ href }: { href: string }) {
  const { t } = useLanguage();
  return (
    <a class="button" href={href}>
      {t('shared.own')}
    </a>
  );
}

interface MessageProps {
  readonly message: SharedMessage;
  readonly markdown: Markdown | undefined;
}

function MessageView({ message: { isUser, text }, markdown }: MessageProps) {
  const { t } = useLanguage();
  const { thinking, answer } = partThinking(text);
  return (
    <article class="turn">
      <h2 class="visually-hidden">{t(isUser ? 'shared.them' : 'shared.answer')}</h2>
      {text === '' && (
        <p class={isUser ? 'bubble shared-erased' : 'shared-erased'}>
          {t(isUser ? 'shared.erasedMessage' : 'shared.erasedAnswer')}
        </p>
      )}
      {isUser && text !== '' && (
        <p class="bubble" dir="auto" lang={guessLanguage(text)}>
          {readableText(text)}
        </p>
      )}
      {!isUser && thinking.trim() !== '' && (
        <details class="thinking">
          <summary>{t('shared.thoughts')}</summary>
          <div class="plain" dir="auto">
            {readableText(thinking).trim()}
          </div>
        </details>
      )}
      {!isUser && answer !== '' && <Prose text={answer} whole markdown={markdown} />}
    </article>
  );
}

function Notice({ name, again }: { name: 'reading' | 'gone' | 'away'; again: () => void }) {
  const { router } = useShell();
  const { t } = useLanguage();
  if (name === 'reading') return <p class="shared-reading">{t('shared.reading')}</p>;
  return (
    <div class="shared-notice" role="status">
      <h2>{t(`shared.${name}Title`)}</h2>
      <p>{t(`shared.${name}`)}</p>
      <div class="shared-notice-buttons">
        {name === 'away' && (
          <button type="button" class="button button-strong" onClick={again}>
            <Icon name="again" />
            {t('shared.again')}
          </button>
        )}
        <OwnLink href={router.href({ name: 'chat' })} />
      </div>
    </div>
  );
}
