/** Says that a budget or an allowance is nearly used, or used up, above whatever page is open. */
import { render } from 'preact';
import { textOf, type Params } from '../../../shared/client/message.ts';
import { limitText } from '../../../shared/limit-text.ts';
import type { Locale } from '../../../shared/locale.ts';
import { Icon } from '../ui/icons.tsx';
import { ShellContext, type Shell } from '../ui/shell.ts';
import { useLanguage } from './people-texts.ts';
import './limit-notice.css';

const ID = 'limit-notice';

/** The newest takes the place of an earlier one; it stays until it is closed. */
export function showLimit(params: Params, shell: Shell): void {
  const place = document.getElementById(ID) ?? document.createElement('aside');
  place.id = ID;
  document.body.append(place);
  const close = () => {
    render(null, place);
    place.remove();
    document.querySelector<HTMLElement>('#composer')?.focus();
  };
  render(
    <ShellContext.Provider value={shell}>
      <LimitNotice params={params} close={close} />
    </ShellContext.Provider>,
    place,
  );
  shell.speech.say(textFor(params, shell.preferences.locale.peek()));
}

function LimitNotice({ params, close }: { params: Params; close: () => void }) {
  const { t, locale } = useLanguage();
  return (
    <div class="limit-notice" data-percent={params['percent']}>
      <p>{textFor(params, locale)}</p>
      <button
        type="button"
        class="tool"
        aria-label={t('limit.close')}
        title={t('limit.close')}
        onClick={close}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function textFor(params: Params, locale: Locale): string {
  const until = new Date(textOf(params['until']));
  const shown = until.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const text = limitText(params, shown, locale);
  return `${text.charAt(0).toLocaleUpperCase(locale)}${text.slice(1)}.`;
}
