/** Structured logs: JSON lines, or readable ones on a terminal. Nothing secret or personal is logged. */
import { destination, pino, type Logger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import type { ErrorReport, ErrorReports } from './error-reports.ts';

export type Log = Logger;

interface LogOptions {
  readonly level: string;
  readonly name: string;
  readonly isTerminal: boolean;
  /** Get what is logged as an error. */
  readonly reports?: Pick<ErrorReports, 'report'> | undefined;
}

export function createLog({ level, name, isTerminal, reports }: LogOptions): Log {
  const settings: LoggerOptions = {
    level,
    base: { name },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    ...(reports && { hooks: { logMethod: reporting(reports) } }),
  };
  // Standard output carries nothing else. Written immediately: the last lines before a crash matter most.
  if (!isTerminal) return pino(settings, destination({ dest: 1, sync: true }));
  return pino(settings, pretty({ sync: true, ignore: 'name,pid,hostname', translateTime: 'SYS:HH:MM:ss' }));
}

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

const ERROR = 50;
const FATAL = 60;

function reporting(reports: Pick<ErrorReports, 'report'>): LogMethod {
  return function logMethod(args, method, level) {
    if (level >= ERROR) reports.report(reportOf(args, level));
    method.apply(this, args);
  };
}

/** Of the facts of a line only those whose values are our own. */
function reportOf([first, second]: readonly unknown[], level: number): ErrorReport {
  const facts: Readonly<Record<string, unknown>> =
    typeof first === 'object' && first !== null ? { ...first } : {};
  const message = typeof first === 'string' ? first : second;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    message: text(message) ?? 'An error',
    level: level >= FATAL ? 'fatal' : 'error',
    error: facts['err'] ?? facts['error'],
    operation: text(facts['operation']),
    trace: text(facts['trace']),
    traceId: text(facts['traceId']),
  };
}
