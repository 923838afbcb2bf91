/** What pages say that ask the server; apart, since the first message does not need it. */
import { UI_TEXTS, type Texts, type UiTextKey } from './i18n.ts';

export type RequestTextKey = UiTextKey | 'line.unreachable' | 'field.showPassword';

export const REQUEST_TEXTS: Texts<RequestTextKey> = {
  en: {
    ...UI_TEXTS.en,
    'field.showPassword': 'Show password',
    'line.unreachable': 'The server cannot be reached right now. Nothing was changed; try again in a moment.',
  },
  es: {
    ...UI_TEXTS.es,
    'field.showPassword': 'Mostrar la contraseña',
    'line.unreachable':
      'Ahora mismo no se puede llegar al servidor. No ha cambiado nada; inténtalo de nuevo en un momento.',
  },
};
