/** Structured logs: JSON lines, or readable ones on a terminal. Nothing secret or personal is logged. */
import { destination, pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

export function createLog(options: { level: string; name: string; isTerminal: boolean }): Log {
  const { level, name, isTerminal } = options;
  const settings = { level, base: { name }, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  // Standard output carries nothing else. Written immediately: the last lines before a crash matter most.
  if (!isTerminal) return pino(settings, destination({ dest: 1, sync: true }));
  return pino(settings, pretty({ sync: true, ignore: 'name,pid,hostname', translateTime: 'SYS:HH:MM:ss' }));
}
