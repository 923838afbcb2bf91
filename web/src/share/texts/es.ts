import type { SHARED_EN } from './en.ts';

/** The Spanish texts of a shared conversation. */
export const SHARED_ES: Readonly<Record<keyof typeof SHARED_EN, string>> = {
  'shared.status': 'Conversación compartida',
  'shared.untitled': 'Una conversación',
  'shared.reading': 'Abriendo la conversación…',
  'shared.label': 'Conversación compartida',
  'shared.them': 'Mensaje',
  'shared.answer': 'Respuesta',
  'shared.thoughts': 'Razonamiento',
  'shared.erasedMessage': 'Mensaje borrado',
  'shared.erasedAnswer': 'Respuesta borrada',
  'shared.earlier': 'Ver mensajes anteriores',
  'shared.end': 'Aquí acaba lo compartido. Las respuestas las escribió un programa, que puede equivocarse.',
  'shared.own': 'Empezar una conversación propia',
  'shared.goneTitle': 'Este enlace no lleva a ninguna conversación',
  'shared.gone':
    'Quien compartió la conversación ha retirado el enlace, o el enlace está incompleto. Pide uno nuevo.',
  'shared.awayTitle': 'Ahora mismo no se puede leer la conversación',
  'shared.away': 'El servidor no responde. Puede que el enlace siga siendo válido.',
  'shared.again': 'Intentarlo otra vez',
};
