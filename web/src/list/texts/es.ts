import type { LIST_EN } from './en.ts';

/** The Spanish texts of the list of conversations. */
export const LIST_ES: Readonly<Record<keyof typeof LIST_EN, string>> = {
  'list.new': 'Conversación nueva',
  'list.untitled': 'Sin título',
  'list.none': 'Lo que hables aquí se guarda en esta lista.',
  'list.noneArchived': 'No hay nada archivado.',
  'list.noneInFolder': 'Esta carpeta está vacía.',
  'list.more': 'Ver más antiguas',
  'list.keys': 'Las flechas mueven, Enter abre, F2 cambia el título, Supr elimina',
  'list.menu': 'Más sobre «{title}»',
  'list.closed': 'cerrada',

  'group.pinned': 'Fijadas',
  'group.today': 'Hoy',
  'group.yesterday': 'Ayer',
  'group.week': 'Últimos siete días',
  'group.older': 'Anteriores',
};
