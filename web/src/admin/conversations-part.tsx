import { useEffect, useState } from 'preact/hooks';
import { textOf, type Params } from '../../../shared/client/message.ts';
import { Fault, Field } from '../ui/field.tsx';
import { shortTimeText } from '../ui/i18n.ts';
import { recordsOf, useDeed } from '../ui/use-request.ts';
import { useLanguage } from './admin-texts.ts';
import { Rows } from './parts.tsx';
import { useList } from './use-list.ts';

/** What somebody has said: read only, and each look is recorded by the server. */
export function ConversationsPart({ user: about }: { user: string }) {
  const { t } = useLanguage();
  const [user, setUser] = useState(about);
  /** Nothing is asked for while somebody types: each look counts. */
  const [asked, setAsked] = useState(about);
  const [reading, setReading] = useState<Params | undefined>(undefined);
  const show = (event: Event) => {
    event.preventDefault();
    setReading(undefined);
    setAsked(user.trim());
  };
  return (
    <>
      <p class="quiet">{t('talk.warning')}</p>
      <form class="admin-form" onSubmit={show}>
        <Field label={t('talk.user')} required maxLength={254} value={user} change={setUser} />
        <button type="submit" class="button button-strong">
          {t('talk.list')}
        </button>
      </form>
      {reading && <Messages conversation={reading} close={() => setReading(undefined)} />}
      {asked !== '' && !reading && <ConversationRows key={asked} user={asked} read={setReading} />}
    </>
  );
}

function ConversationRows({ user, read }: { user: string; read: (conversation: Params) => void }) {
  const { locale, t } = useLanguage();
  const list = useList('admin.conversations', 'conversations', { user });
  return (
    <Rows list={list} none="talk.none">
      {list.records?.map((one) => {
        const title = textOf(one['title']) || t('talk.untitled');
        return (
          <li key={textOf(one['id'])} class="admin-row">
            <div>
              <p class="admin-name">{title}</p>
              <p class="quiet">{shortTimeText(locale, textOf(one['updatedAt']))}</p>
            </div>
            <button
              type="button"
              class="button"
              aria-label={`${t('talk.read')}: ${title}`}
              onClick={() => read(one)}
            >
              {t('talk.read')}
            </button>
          </li>
        );
      })}
    </Rows>
  );
}

function Messages({ conversation, close }: { conversation: Params; close: () => void }) {
  const { locale, t } = useLanguage();
  const deed = useDeed();
  const [messages, setMessages] = useState<readonly Params[]>([]);
  const [before, setBefore] = useState('');
  const id = textOf(conversation['id']);
  const read = async (from: string) => {
    const page = await deed.run('admin.messages', {
      conversation: id,
      ...(from === '' ? {} : { before: from }),
    });
    if (!page) return;
    setMessages((later) => [...recordsOf(page, 'messages'), ...(from === '' ? [] : later)]);
    setBefore(textOf(page['before']));
  };
  useEffect(() => void read(''), [id]);
  return (
    <section class="admin-talk" aria-labelledby="admin-talk">
      <div class="admin-row">
        <h3 id="admin-talk">{textOf(conversation['title']) || t('talk.untitled')}</h3>
        <button type="button" class="button" onClick={close}>
          {t('talk.close')}
        </button>
      </div>
      <Fault text={deed.fault} />
      {before !== '' && (
        <button type="button" class="button" onClick={() => void read(before)}>
          {t('talk.earlier')}
        </button>
      )}
      {messages.map((message) => (
        <div key={textOf(message['id'])} class="admin-said" data-role={textOf(message['role'])}>
          <p class="quiet">
            {t(message['role'] === 'user' ? 'talk.said.user' : 'talk.said.assistant')}
            {` · ${shortTimeText(locale, textOf(message['createdAt']))}`}
          </p>
          {/* As it was written: nothing of somebody else's text is drawn here. */}
          <p class="admin-words" dir="auto">
            {textOf(message['text'])}
          </p>
        </div>
      ))}
    </section>
  );
}
