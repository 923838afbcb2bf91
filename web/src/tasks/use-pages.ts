import { useEffect, useRef, useState } from 'preact/hooks';
import { textOf, type Params } from '../../../shared/client/message.ts';
import type { OperationName } from '../../../shared/operations/index.ts';
import { REQUEST_TEXTS } from '../ui/request-texts.ts';
import { useShell, useTexts } from '../ui/shell.ts';
import { faultOf, recordsOf } from '../ui/use-request.ts';

export interface Listed {
  /** The newest first; undefined until the server has answered. */
  readonly records: readonly Params[] | undefined;
  readonly fault: string | undefined;
  readonly hasMore: boolean;
  readonly readOn: () => void;
  /** Reads the first page anew. */
  readonly again: () => void;
  /** Replaces the record with this id, or puts it first. */
  readonly put: (record: Params) => void;
  readonly drop: (id: string) => void;
}

interface Pages {
  readonly records: readonly Params[];
  readonly next: string;
}

type PagedOperation = Extract<OperationName, 'summaries.list' | 'images.list' | 'jobs.list'>;

/** A list that the server gives page by page; it is read when a session begins or goes on. */
export function usePages(method: PagedOperation, member: string): Listed {
  const { line } = useShell();
  const language = useTexts(REQUEST_TEXTS);
  const [pages, setPages] = useState<Pages | undefined>(undefined);
  const [fault, setFault] = useState<string | undefined>(undefined);
  /** What comes of an earlier reading is not wanted any more. */
  const reading = useRef(0);
  const isReady = line.state.value.name === 'ready';
  const read = async (before: Pages | undefined) => {
    const own = (reading.current += 1);
    const cursor = before === undefined ? {} : { cursor: before.next };
    const outcome = await line.ask(method, cursor);
    if (own !== reading.current) return;
    setFault(faultOf(outcome, language));
    if (!outcome.ok) return;
    const records = [...(before?.records ?? []), ...recordsOf(outcome.result, member)];
    setPages({ records, next: textOf(outcome.result['nextCursor']) });
  };
  useEffect(() => {
    if (isReady) void read(undefined);
  }, [isReady]);
  const change = (run: (records: readonly Params[]) => readonly Params[]) =>
    setPages((before) => before && { ...before, records: run(before.records) });
  return {
    records: pages?.records,
    fault,
    hasMore: pages !== undefined && pages.next !== '',
    readOn: () => void read(pages),
    again: () => void read(undefined),
    put: (record) =>
      change((records) => {
        const isThere = records.some(({ id }) => id === record['id']);
        return isThere
          ? records.map((one) => (one['id'] === record['id'] ? record : one))
          : [record, ...records];
      }),
    drop: (id) => change((records) => records.filter((one) => one['id'] !== id)),
  };
}
