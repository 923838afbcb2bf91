/** The rows of the table of errors that are about documents, and about pages that are fetched. */
import { row, type ErrorRow } from './error-row.ts';

export const DOCUMENT_ERRORS = {
  document_type: row(
    4120,
    415,
    false,
    'That is {type}; only PDF, DOCX, HTML and plain text can be read',
    'Eso es {type}; solo se pueden leer PDF, DOCX, HTML y texto sin formato',
  ),
  document_broken: row(
    4121,
    422,
    false,
    'The document is damaged and cannot be read',
    'El documento está dañado y no se puede leer',
  ),
  document_too_large: row(
    4122,
    413,
    false,
    'The document is too large to be read: {detail}',
    'El documento es demasiado grande para leerlo: {detail}',
  ),
  document_locked: row(
    4123,
    422,
    false,
    'The document is protected by a password',
    'El documento está protegido con una contraseña',
  ),
  document_empty: row(
    4124,
    422,
    false,
    'There is no text in the document; pages that are only images cannot be read',
    'El documento no contiene texto; no se pueden leer páginas que son solo imágenes',
  ),
  attachment_refused: row(
    4190,
    422,
    false,
    'The file {name} cannot be sent: {detail}',
    'El archivo {name} no se puede enviar: {detail}',
  ),
  documents_busy: row(
    4125,
    503,
    true,
    'Too many documents are being read; try again in {seconds} s',
    'Se están leyendo demasiados documentos; inténtalo de nuevo en {seconds} s',
  ),
  url_refused: row(
    4126,
    400,
    false,
    'That address cannot be read: {detail}',
    'Esa dirección no se puede leer: {detail}',
  ),
  page_failed: row(
    4127,
    502,
    true,
    'The page could not be fetched: {detail}',
    'No se pudo obtener la página: {detail}',
  ),
  estimate_exceeded: row(
    4128,
    409,
    true,
    'Going on could have cost more than the announced {max} credits; ask again',
    'Continuar podría haber costado más que los {max} créditos anunciados; vuelve a pedirlo',
  ),
  too_expensive: row(
    4129,
    402,
    false,
    'That could cost {need} credits, more than the {max} that you allow',
    'Eso podría costar {need} créditos, más que los {max} que permites',
  ),
} as const satisfies Record<string, ErrorRow>;
