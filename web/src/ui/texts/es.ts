import type { EN } from './en.ts';

/** The Spanish texts that every page needs. */
export const ES: Readonly<Record<keyof typeof EN, string>> = {
  'app.name': 'Hilo',

  'header.language': 'EN: switch to English',
  'header.account': 'Cuenta: {name}',
  'header.signIn': 'Iniciar sesión',
  'header.themeSystem': 'Tema: el del sistema. Cambiar a claro',
  'header.themeLight': 'Tema: claro. Cambiar a oscuro',
  'header.themeDark': 'Tema: oscuro. Cambiar al del sistema',

  'side.label': 'Conversaciones',
  'side.close': 'Cerrar',

  'code.label': 'Código',
  'table.label': 'Tabla',
  'math.label': 'Fórmula',
  'code.copy': 'Copiar',
  'action.copied': 'Copiado',

  'credits.cost': '{amount} créditos',
  'credits.costOne': '1 crédito',
  'credits.free': 'Sin costo',

  'time.seconds': '{seconds} s',
  'time.minutes': '{minutes} min',
};
