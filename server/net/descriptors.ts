import type { Limits } from '../../shared/limits.ts';
import type { Log } from '../observability/log.ts';

/** No more connections than there are descriptors for, with some to spare. */
export function withDescriptors(
  limits: Limits,
  { descriptorLimit, log }: { readonly descriptorLimit: number; readonly log: Pick<Log, 'debug'> },
): Limits {
  const most = Math.max(1, descriptorLimit - limits.descriptorsReserved - limits.refusalReserve);
  if (limits.connectionsMax <= most) return limits;
  log.debug({ connectionsMax: most, descriptorLimit }, 'The descriptor limit bounds the connections');
  return { ...limits, connectionsMax: most };
}
