/** The rows of the table of errors that are about files. [F-1] to [F-3] */
import { row, type ErrorRow } from './error-row.ts';

export const FILE_ERRORS = {
  file_too_large: row(
    4080,
    413,
    false,
    'A file may have at most {max} bytes',
    'Un archivo puede tener como máximo {max} bytes',
  ),
  too_many_files: row(
    4081,
    429,
    true,
    'You have {max} files that no operation has taken yet; use one, or wait until they expire',
    'Tienes {max} archivos que ninguna operación ha tomado aún; usa uno, o espera a que caduquen',
  ),
  file_position: row(
    4082,
    409,
    false,
    'That piece does not continue the file, which has {bytes} bytes',
    'Esa parte no continúa el archivo, que tiene {bytes} bytes',
  ),
  files_full: row(
    4083,
    503,
    true,
    'There is no room for files at the moment; try again in a little while',
    'Ahora no hay sitio para archivos; inténtalo de nuevo en un momento',
  ),
  file_incomplete: row(
    4084,
    409,
    false,
    'That file is not complete: files.end has not been called',
    'Ese archivo no está completo: falta llamar a files.end',
  ),
} as const satisfies Record<string, ErrorRow>;
