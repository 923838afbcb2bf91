import { pino, type Logger } from 'pino';

/** JSON lines, alike those of the server; for people when a terminal reads along. Never message content. */
export async function createLog(level: string, output: NodeJS.WriteStream): Promise<Logger> {
  const timestamp = () => `,"time":"${new Date().toISOString()}"`;
  const settings = { level, base: { name: 'gateway' }, timestamp };
  if (!output.isTTY) return pino(settings, output);
  const { default: pretty } = await import('pino-pretty');
  const readable = {
    destination: output,
    ignore: 'name,pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    sync: true,
  };
  return pino(settings, pretty(readable));
}
