import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Announcer } from './ui/announcer.tsx';
import type { Theme } from './ui/preferences.ts';
import { ShellContext, type Shell } from './ui/shell.ts';
import './ui/styles/base.css';
import './ui/styles/header.css';

/** The shell: what stays when another page is opened. */
export function App({ shell, children }: { shell: Shell; children: ComponentChildren }) {
  const locale = shell.preferences.locale.value;
  const theme = shell.preferences.theme.value;
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset['theme'];
    else dataset['theme'] = theme;
    paintBrowser(theme);
  }, [theme]);
  return (
    <ShellContext.Provider value={shell}>
      {children}
      <Announcer />
    </ShellContext.Provider>
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
