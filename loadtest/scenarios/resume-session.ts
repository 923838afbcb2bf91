/** Comes back after a cut; the server is there all the time, so that a session which is gone was lost. */
import { ClientError } from '../client/chat-client.ts';
import type { SessionClient } from '../client/session-client.ts';
import type { Run } from './run.ts';

/** False when that was not possible, which is then recorded. */
export async function resumeSession(run: Run, client: SessionClient, who: string): Promise<boolean> {
  const startMs = performance.now();
  try {
    await client.resume();
  } catch (error) {
    const key = error instanceof ClientError ? error.key : 'resume_failed';
    run.recorder.error(key);
    run.violation(`${who}: the session could not be resumed: ${key}`);
    return false;
  }
  run.recorder.latency('resume', performance.now() - startMs);
  run.recorder.count('resumes');
  return true;
}
