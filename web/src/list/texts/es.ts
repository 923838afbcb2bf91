import type { LIST_EN } from './en.ts';

/** The Spanish texts of the list of conversations. */
export const LIST_ES: Readonly<Record<keyof typeof LIST_EN, string>> = {
  'list.new': 'Conversación nueva',
  'list.temporary': 'Chat temporal',
  'list.untitled': 'Sin título',
  'list.none': 'Lo que hables aquí se guarda en esta lista.',
  'list.noneArchived': 'No hay nada archivado.',
  'list.noneInFolder': 'Esta carpeta está vacía.',
  'list.more': 'Ver más antiguas',
  'list.menu': 'Más sobre «{title}»',
  'list.closed': 'cerrada',

  'list.title': 'Título',
  'list.offline': 'Ahora mismo no hay conexión. No se cambió nada.',

  'work.summaries': 'Resúmenes',
  'work.images': 'Imágenes',
  'work.usage': 'Uso',
  'work.jobs': 'Trabajos',

  'choice.label': 'Mostrar',
  'choice.all': 'Todas',
  'choice.archived': 'Archivadas',

  'search.label': 'Buscar',
  'search.none': 'No se encontró nada.',
  'search.incomplete':
    'Algunos textos aún se están indexando. Repite la búsqueda más tarde para encontrarlos también.',
  'search.results': 'Resultados',

  'menu.leave': 'Salir de este menú',
  'menu.rename': 'Cambiar el título',
  'menu.pin': 'Fijar arriba',
  'menu.unpin': 'Dejar de fijar',
  'menu.close': 'Cerrar: sin más mensajes',
  'menu.reopen': 'Reabrir',
  'menu.archive': 'Archivar',
  'menu.share': 'Compartir…',
  'menu.export': 'Guardar en un archivo',
  'menu.folder': 'Carpeta',
  'menu.noFolder': 'Ninguna',
  'menu.delete': 'Eliminar…',
  'menu.deleteKey': 'Supr',

  'share.title': 'Compartir esta conversación',
  'share.text':
    'Quien tenga un enlace puede leer «{title}», sin iniciar sesión, hasta lo que se había dicho al ' +
    'crearlo. Lo que digas después no se muestra, ni tampoco las instrucciones del modelo.',
  'share.make': 'Crear un enlace',
  'share.makeAnother': 'Crear otro enlace',
  'share.close': 'Cerrar',

  'delete.title': '¿Eliminar esta conversación?',
  'delete.text':
    '«{title}» se elimina aquí, en tus otros dispositivos y en el servidor, con todos sus mensajes. No se ' +
    'puede recuperar. El registro conserva que tuvo lugar, sin sus palabras.',
  'delete.no': 'Conservarla',
  'delete.yes': 'Eliminar',
  'delete.going': 'Eliminando…',

  'folder.new': 'Carpeta nueva',
  'folder.edit': 'Ajustes de la carpeta',
  'folder.name': 'Nombre',
  'folder.instructions': 'Lo que se le indica al modelo en sus conversaciones',
  'folder.cancel': 'Cancelar',
  'folder.save': 'Guardar',
  'folder.delete': 'Eliminar la carpeta y conservar lo que contiene',

  'group.pinned': 'Fijadas',
  'group.today': 'Hoy',
  'group.yesterday': 'Ayer',
  'group.week': 'Últimos siete días',
  'group.older': 'Anteriores',
};
