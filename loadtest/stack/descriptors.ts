/** How many files and sockets a process of this machine may hold open. */

import type { TransportChoice } from '../client/create-client.ts';

/** Besides the clients' connections: files, children, the model, reserves of server and gateway. */
const RESERVE = 1_024;

/** So many clients fit below the limit of one process, which child processes inherit. */
export function clientsThatFit(transport: TransportChoice, limit = descriptorLimit()): number {
  // The gateway holds two for each of its clients.
  const each = transport === 'ws' ? 2 : 1;
  return Math.max(Math.floor((limit - RESERVE) / each), 1);
}

/** Node has raised the soft limit to the hard one when it started. */
function descriptorLimit(): number {
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  // Without this the report looks up names of every open socket.
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const soft = Number(userLimits?.open_files?.soft);
  return Number.isFinite(soft) ? soft : Number.POSITIVE_INFINITY;
}
