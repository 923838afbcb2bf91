import { useEffect, useRef, useState } from 'preact/hooks';
import type { GivenInput } from '../../../shared/client/client.ts';
import { textOf, type Params } from '../../../shared/client/message.ts';
import type { OperationName } from '../../../shared/operations/index.ts';
import { useShell } from '../ui/shell.ts';
import { faultOf, recordsOf } from '../ui/use-request.ts';
import { useLanguage } from './admin-texts.ts';

type PagedOperation = Extract<
  OperationName,
  'users.list' | 'invitations.list' | 'admin.keys' | 'admin.conversations' | 'admin.audit'
>;

export interface List {
  /** Undefined until the server has answered. */
  readonly records: readonly Params[] | undefined;
  readonly fault: string | undefined;
  readonly hasMore: boolean;
  readonly readOn: () => void;
  readonly again: () => void;
  /** Replaces the record with this id. */
  readonly put: (record: Params) => void;
}

interface Pages {
  readonly records: readonly Params[];
  readonly next: string;
}

/** A list that the server gives page by page; it is read anew when what is asked for changes. */
export function useList<Name extends PagedOperation>(
  method: Name,
  member: string,
  asked: GivenInput<Name>,
): List {
  const { line } = useShell();
  const language = useLanguage();
  const [pages, setPages] = useState<Pages | undefined>(undefined);
  const [fault, setFault] = useState<string | undefined>(undefined);
  /** What comes of an earlier reading is not wanted any more. */
  const reading = useRef(0);
  const isReady = line.state.value.name === 'ready';
  const read = async (before: Pages | undefined) => {
    const own = (reading.current += 1);
    const cursor = before === undefined ? {} : { cursor: before.next };
    const outcome = await line.ask(method, { ...asked, ...cursor });
    if (own !== reading.current) return;
    setFault(faultOf(outcome, language));
    if (!outcome.ok) return;
    const records = [...(before?.records ?? []), ...recordsOf(outcome.result, member)];
    setPages({ records, next: textOf(outcome.result['nextCursor']) });
  };
  useEffect(() => {
    if (isReady) void read(undefined);
  }, [isReady, JSON.stringify(asked)]);
  return {
    records: pages?.records,
    fault,
    hasMore: pages !== undefined && pages.next !== '',
    readOn: () => void read(pages),
    again: () => void read(undefined),
    put: (record) =>
      setPages(
        (before) =>
          before && {
            ...before,
            records: before.records.map((one) => (one['id'] === record['id'] ? { ...one, ...record } : one)),
          },
      ),
  };
}
