/** What the conversation says, in each language. */
import type { Locale } from '../../../shared/locale.ts';
import type { CloseReason } from '../../../shared/client/session-contract.ts';
import { duration, failureText, translator, UI_TEXTS, type Texts, type UiTextKey } from '../ui/i18n.ts';
import { estimateSeconds, type Pace } from './queue-estimate.ts';
import { CHAT_EN } from './texts/en.ts';
import { CHAT_ES } from './texts/es.ts';

export type TextKey = UiTextKey | keyof typeof CHAT_EN;

export const CHAT_TEXTS: Texts<TextKey> = {
  en: { ...UI_TEXTS.en, ...CHAT_EN },
  es: { ...UI_TEXTS.es, ...CHAT_ES },
};

/** "Third in line, about 20 s". */
export function queueText(locale: Locale, pace: Pace, position: number): string {
  const t = translator(CHAT_TEXTS, locale);
  const time = duration(locale, estimateSeconds(pace, position));
  if (position === 1) return t('turn.next', { time });
  const key = `place.${position}`;
  return t('turn.queued', { place: t(isTextKey(key) ? key : 'place.other', { position }), time });
}

/** Why the connection ended, as a sentence. */
export function closeText(locale: Locale, reason: CloseReason): string {
  const t = translator(CHAT_TEXTS, locale);
  const key = `reason.${reason}`;
  if (isTextKey(key)) return t(key);
  switch (reason) {
    case 'network':
    case 'ended':
    case 'server_unreachable':
    case 'unresponsive':
      return t('reason.network');
    default:
      return failureText(locale, reason, {});
  }
}

function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(CHAT_TEXTS.en, key);
}
