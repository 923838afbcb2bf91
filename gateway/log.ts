import { pino, type Logger } from 'pino';

/** JSON lines; for people when a terminal reads along. Never message content. */
export async function createLog(level: string, output: NodeJS.WriteStream): Promise<Logger> {
  if (!output.isTTY) return pino({ level, name: 'gateway' }, output);
  const { default: pretty } = await import('pino-pretty');
  return pino(
    { level, name: 'gateway' },
    pretty({ destination: output, ignore: 'pid,hostname', sync: true }),
  );
}
