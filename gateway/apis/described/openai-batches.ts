/** OpenAI's batches and files: the main members; others are accepted and have no effect. */
import { BATCH_ENDPOINTS } from '../openai/batches/lines.ts';
import {
  ANY_OBJECT,
  INTEGER,
  listOf,
  NO_KEY,
  objectOf,
  TEXT,
  TOO_MANY,
  type ApiDescription,
} from './describe.ts';

const FILE = objectOf({
  id: TEXT,
  object: { const: 'file' },
  bytes: INTEGER,
  created_at: INTEGER,
  expires_at: INTEGER,
  filename: TEXT,
  purpose: { type: 'string', enum: ['batch', 'batch_output'] },
  status: TEXT,
});

const BATCH = objectOf({
  id: TEXT,
  object: { const: 'batch' },
  endpoint: TEXT,
  errors: { description: 'Faults of the file, or null' },
  input_file_id: TEXT,
  completion_window: TEXT,
  status: {
    type: 'string',
    enum: ['validating', 'failed', 'in_progress', 'completed', 'expired', 'cancelling', 'cancelled'],
  },
  output_file_id: { description: 'The results, once it is over' },
  error_file_id: { description: 'What failed, once it is over' },
  created_at: INTEGER,
  request_counts: objectOf({ total: INTEGER, completed: INTEGER, failed: INTEGER }),
  metadata: { description: 'As it was given, or null' },
});

const CREATE_BODY = objectOf(
  {
    input_file_id: TEXT,
    endpoint: { type: 'string', enum: [...BATCH_ENDPOINTS] },
    completion_window: { const: '24h' },
    metadata: ANY_OBJECT,
  },
  ['input_file_id', 'endpoint', 'completion_window'],
);

const UPLOAD_BODY = objectOf({ purpose: { const: 'batch' }, file: { type: 'string', format: 'binary' } }, [
  'purpose',
  'file',
]);

const ERRORS = { 400: 'The request is not right', ...NO_KEY, ...TOO_MANY } as const;
const ONE = { ...ERRORS, 404: 'There is none with this id' } as const;

function pageOf(item: object) {
  return {
    'application/json': objectOf({
      object: { const: 'list' },
      data: listOf({ ...item }),
      first_id: { description: 'An id, or null' },
      last_id: { description: 'An id, or null' },
      has_more: { type: 'boolean' },
    }),
  };
}

export const OPENAI_BATCHES_DESCRIPTION: ApiDescription = {
  tag: 'OpenAI',
  addresses: {
    'POST /v1/files': {
      summary: {
        en: 'Keep a file of requests for a batch',
        es: 'Conserva un archivo de solicitudes para un lote',
      },
      form: UPLOAD_BODY,
      result: { 'application/json': FILE },
      errors: { ...ERRORS, 409: 'As many files are kept as may be', 413: 'The file is too large' },
    },
    'GET /v1/files': {
      summary: { en: 'List the files that are kept', es: 'Lista los archivos conservados' },
      result: pageOf(FILE),
      errors: ONE,
    },
    'GET /v1/files/:file': {
      summary: { en: 'Show a file', es: 'Muestra un archivo' },
      result: { 'application/json': FILE },
      errors: ONE,
    },
    'GET /v1/files/:file/content': {
      summary: {
        en: 'Read a file: requests, results, or failures',
        es: 'Lee un archivo: solicitudes, resultados o fallos',
      },
      result: { 'application/octet-stream': { type: 'string', format: 'binary' } },
      errors: ONE,
    },
    'DELETE /v1/files/:file': {
      summary: { en: 'Delete a file', es: 'Elimina un archivo' },
      result: {
        'application/json': objectOf({ id: TEXT, object: { const: 'file' }, deleted: { const: true } }),
      },
      errors: { ...ONE, 409: 'A batch that is not over reads it' },
    },
    'POST /v1/batches': {
      summary: { en: 'Run every request of a file', es: 'Ejecuta cada solicitud de un archivo' },
      body: CREATE_BODY,
      example: { input_file_id: 'file-0193', endpoint: '/v1/chat/completions', completion_window: '24h' },
      result: { 'application/json': BATCH },
      errors: ONE,
    },
    'GET /v1/batches': {
      summary: { en: 'List batches', es: 'Lista los lotes' },
      result: pageOf(BATCH),
      errors: ONE,
    },
    'GET /v1/batches/:batch': {
      summary: { en: 'Show a batch', es: 'Muestra un lote' },
      result: { 'application/json': BATCH },
      errors: ONE,
    },
    'POST /v1/batches/:batch/cancel': {
      summary: { en: 'Cancel a batch', es: 'Cancela un lote' },
      result: { 'application/json': BATCH },
      errors: { ...ONE, 409: 'It is over' },
    },
  },
};
