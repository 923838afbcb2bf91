/** What the server says about use, read for one question at a time. */
import { useEffect, useState } from 'preact/hooks';
import type { OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { Asking } from '../connection/page-line.ts';
import { useShell } from '../ui/shell.ts';
import { faultOf } from '../ui/use-request.ts';
import { inputOf, type Question } from './question.ts';
import { useLanguage } from './usage-texts.ts';

export type Overview = OutputOf<Operations['usage.overview']>;
export type Timeseries = OutputOf<Operations['usage.timeseries']>;
export type Performance = OutputOf<Operations['usage.performance']>;

export interface UsageData {
  readonly overview: Overview;
  readonly services: Timeseries;
  readonly models: Timeseries;
  readonly total: Timeseries;
  readonly performance: Performance;
  /** Only of one's own. */
  readonly balance: number | undefined;
}

export interface UsageReading {
  /** The figures of the question before stay until the new ones are there. */
  readonly data: UsageData | undefined;
  readonly fault: string | undefined;
  readonly isReading: boolean;
  readonly again: () => void;
}

export function useUsage(question: Question): UsageReading {
  const { line } = useShell();
  const language = useLanguage();
  const [round, setRound] = useState(0);
  const [isReading, setReading] = useState(true);
  const [read, setRead] = useState<Read | undefined>(undefined);
  const isReady = line.state.value.name === 'ready';
  const { period, bucket, user } = question;
  useEffect(() => {
    if (!isReady) return undefined;
    let isWanted = true;
    setReading(true);
    void readAll(line, question).then((now) => {
      if (!isWanted) return;
      setRead((before) => ({ data: now.data ?? before?.data, failed: now.failed }));
      setReading(false);
    });
    return () => {
      isWanted = false;
    };
  }, [round, isReady, period, bucket, user]);
  const fault = read?.failed && faultOf(read.failed, language);
  return { data: read?.data, fault, isReading, again: () => setRound((before) => before + 1) };
}

interface Read {
  readonly data: UsageData | undefined;
  readonly failed: Extract<Awaited<ReturnType<Asking['ask']>>, { ok: false }> | undefined;
}

async function readAll(line: Asking, question: Question): Promise<Read> {
  const input = inputOf(question, Date.now());
  const { bucket } = question;
  const isOwn = question.user === 'me';
  const answers = await Promise.all([
    line.ask('usage.overview', input),
    line.ask('usage.timeseries', { ...input, bucket, by: 'service' }),
    line.ask('usage.timeseries', { ...input, bucket, by: 'model' }),
    line.ask('usage.timeseries', { ...input, bucket, by: 'total' }),
    line.ask('usage.performance', input),
    ...(isOwn ? [line.ask('credits.balance', {})] : []),
  ]);
  const failed = answers.find((answer) => !answer.ok);
  if (failed && !failed.ok) return { data: undefined, failed };
  const results = answers.map((answer) => (answer.ok ? answer.result : {})) as unknown[];
  const [overview, services, models, total, performance, wallet] = results;
  const { available } = (wallet ?? {}) as { available?: number };
  const data = { overview, services, models, total, performance, balance: available } as UsageData;
  return { data, failed: undefined };
}
