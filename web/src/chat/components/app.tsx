import { useEffect, useRef } from 'preact/hooks';
import { Announcer } from '../../ui/announcer.tsx';
import { Banner } from './banner.tsx';
import { Composer } from './composer.tsx';
import { Page, type PageContext } from './context.ts';
import { Conversation } from './conversation.tsx';
import { Header } from './header.tsx';
import { PanelHost } from './panel-host.tsx';
import { translate } from '../../ui/i18n.ts';
import type { Theme } from '../../ui/preferences.ts';

/**
 * One column. A side list of conversations can stand beside `.page` on wide screens and slide over it on
 * phones without a change to what is inside.
 */
export function App(services: Omit<PageContext, 'focusComposer'>) {
  const field = useRef<HTMLTextAreaElement>(null);
  const context = useRef<PageContext>({
    ...services,
    focusComposer: () => field.current?.focus({ preventScroll: true }),
  }).current;
  const { preferences } = services;
  const locale = preferences.locale.value;
  const theme = preferences.theme.value;
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset['theme'];
    else dataset['theme'] = theme;
    paintBrowser(theme);
  }, [theme]);
  useEffect(() => {
    // On a touch screen the focus would raise the keyboard over the page.
    if (matchMedia('(pointer: fine)').matches) context.focusComposer();
  }, []);
  const skip = (event: Event) => {
    event.preventDefault();
    context.focusComposer();
  };
  return (
    <Page.Provider value={context}>
      <a class="skip" href="#composer" onClick={skip}>
        {translate(locale, 'app.skip')}
      </a>
      <div class="page">
        <Header />
        <Conversation />
        <div class="bottom">
          <Banner />
          <Composer field={field} />
        </div>
      </div>
      <PanelHost />
      <Announcer />
    </Page.Provider>
  );
}

/** The colour of the browser's own bars, in the order of the tags in index.html: light, dark. */
const BAR_COLOURS = ['#fbf7f1', '#171411'];

function paintBrowser(theme: Theme): void {
  const chosen = theme === 'system' ? undefined : BAR_COLOURS[theme === 'light' ? 0 : 1];
  for (const [index, tag] of document
    .querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')
    .entries()) {
    tag.content = chosen ?? BAR_COLOURS[index] ?? '';
  }
}
