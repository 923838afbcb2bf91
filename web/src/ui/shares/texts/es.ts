import type { SHARES_EN } from './en.ts';

/** The Spanish texts about links to conversations. */
export const SHARES_ES: Readonly<Record<keyof typeof SHARES_EN, string>> = {
  'shares.label': 'Enlaces',
  'shares.made': 'Creado el {time}',
  'shares.copy': 'Copiar enlace',
  'shares.copyOne': 'Copiar enlace a «{title}», creado el {time}',
  'shares.copied': 'Copiado',
  'shares.notCopied': 'El navegador no permitió copiar el enlace. Selecciónalo y cópialo tú.',
  'shares.withdraw': 'Retirar',
  'shares.withdrawOne': 'Retirar el enlace a «{title}», creado el {time}',
  'shares.withdrawn': 'El enlace está retirado. Ya nadie puede abrirlo.',
  'shares.untitled': 'Sin título',
  'shares.nothing': 'Todavía no hay nada que compartir: en esta conversación no se ha dicho nada.',
  'shares.away': 'Ahora mismo no hay conexión. No se cambió nada.',
};
