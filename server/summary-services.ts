/** What handlers need to make and keep summaries. */
import type { Clock } from '../shared/clock.ts';
import type { ServerConfig } from './config/config.ts';
import type { DataDirectory } from './data-directory.ts';
import { DocumentReader } from './documents/document-reader.ts';
import type { Services } from './operations/handlers/index.ts';
import { OutboundHttp } from './outbound/outbound-http.ts';
import { SummaryRepository } from './summaries/summary-repository.ts';
import { SummarySources } from './summaries/summary-source.ts';

export function summaryServices(
  { store }: Pick<DataDirectory, 'store'>,
  config: Pick<ServerConfig, 'OUTBOUND_ALLOW' | 'OUTBOUND_PORTS'>,
  clock: Clock,
): Pick<Services, 'summaries' | 'summarySources'> {
  const rules = { ports: config.OUTBOUND_PORTS, allowed: config.OUTBOUND_ALLOW };
  const http = new OutboundHttp({ clock, rules });
  return {
    summaries: new SummaryRepository(store),
    summarySources: new SummarySources(http, new DocumentReader(clock)),
  };
}
