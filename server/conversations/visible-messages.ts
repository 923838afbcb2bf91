/** Which messages are branches that something can follow: not a turn that failed, nor one without words. */
import { sql, type RawBuilder, type SqlBool } from 'kysely';

/** `message` is the name by which the query calls the row. */
export function isVisible(message: string): RawBuilder<SqlBool> {
  const each = sql.ref(message);
  return sql<SqlBool>`(${each}.status = 'erased'
    or (${each}.role = 'assistant' and ${each}.status <> 'failed' and ${each}.text <> '')
    or (${each}.role = 'user' and exists (select 1 from messages answer where answer.parent = ${each}.number
      and (answer.status = 'erased' or (answer.status <> 'failed' and answer.text <> '')))))`;
}
