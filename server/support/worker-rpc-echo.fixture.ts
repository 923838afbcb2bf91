/** A thread that answers, fails or ends, as the request says. */
import { answerRequests } from './worker-rpc.ts';

interface EchoRequest {
  readonly say?: unknown;
  readonly fail?: { readonly code: string; readonly errcode: number; readonly name: string };
  readonly exit?: boolean;
}

answerRequests(({ say, fail, exit = false }: EchoRequest) => {
  if (exit) process.exit();
  if (fail) throw Object.assign(new Error('as asked'), fail);
  return say;
});
