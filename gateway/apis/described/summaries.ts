/** Summaries for plain HTTP clients. */
import { ANY_OBJECT, INTEGER, MODEL_ERRORS, NO_KEY, objectOf, TEXT, TOO_MANY } from './describe.ts';
import type { ApiDescription } from './describe.ts';

const SUMMARY = objectOf(
  {
    id: TEXT,
    status: TEXT,
    s3: ANY_OBJECT,
    summary: TEXT,
    title: TEXT,
    length: TEXT,
    model: TEXT,
    parts: INTEGER,
    usage: ANY_OBJECT,
    credits: ANY_OBJECT,
    createdAt: TEXT,
  },
  ['id', 's3', 'summary'],
);

export const SUMMARIES_DESCRIPTION: ApiDescription = {
  tag: 'summaries',
  addresses: {
    'POST /summarize': {
      summary: {
        en: 'Summarise a text, a page or a document',
        es: 'Resume un texto, una página o un documento',
      },
      body: objectOf(
        {
          text: TEXT,
          url: TEXT,
          s3Key: { type: 'string', description: 'The key of a file that another request has left' },
          document: { type: 'string', description: 'A file that files.begin has named' },
          length: { type: 'string', enum: ['short', 'med', 'medium', 'long'] },
          style: TEXT,
          route: TEXT,
          creditsMax: INTEGER,
        },
        [],
      ),
      example: { text: 'A long text, of which little matters.', length: 'short' },
      result: {
        'application/json': SUMMARY,
        'text/event-stream': { type: 'string', description: 'With Accept: text/event-stream, its events' },
      },
      errors: {
        ...MODEL_ERRORS,
        413: 'The document is too large',
        415: 'The document is of a type that is not read',
        422: 'The document cannot be read',
      },
    },
    'GET /summarize/:id': {
      summary: { en: 'Read a summary', es: 'Lee un resumen' },
      result: { 'application/json': SUMMARY },
      errors: { ...NO_KEY, 404: 'There is no such summary', ...TOO_MANY },
    },
  },
};
