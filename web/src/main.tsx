/** Where the page begins: the shell, and in it the page that was asked for. */
import { render } from 'preact';
import { App } from './app.tsx';
import { ChatPage } from './chat/chat-page.tsx';
import { openChat } from './chat/open-chat.ts';
import { browserValues } from './ui/browser-values.ts';
import { loadPreferences } from './ui/preferences.ts';
import { Speech } from './ui/speech.ts';

async function start(root: HTMLElement): Promise<void> {
  const values = browserValues(() => window.localStorage);
  const preferences = loadPreferences(values, navigator.languages);
  const chat = await openChat(values, preferences);
  // Whether something is drawn must not decide whether there is a connection.
  chat.start();
  render(
    <App shell={{ preferences, speech: new Speech() }}>
      <ChatPage services={chat.services} />
    </App>,
    root,
  );
}

const root = document.querySelector<HTMLElement>('#app');
if (root) void start(root);
