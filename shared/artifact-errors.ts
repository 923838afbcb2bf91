/** The rows of the table of errors that are about images and other artefacts. */
import { row, type ErrorRow } from './error-row.ts';

export const ARTIFACT_ERRORS = {
  artifacts_full: row(
    4130,
    503,
    true,
    'There is no room for more files at the moment; try again in a minute',
    'Por ahora no hay sitio para más archivos; inténtalo de nuevo en un minuto',
  ),
  artifacts_unavailable: row(
    4131,
    503,
    true,
    'The files could not be stored; nothing was kept',
    'No se pudieron guardar los archivos; no se conserva nada',
  ),
  link_refused: row(
    4132,
    403,
    false,
    'That link is not valid or has expired',
    'Ese enlace no es válido o ha caducado',
  ),
} as const satisfies Record<string, ErrorRow>;
