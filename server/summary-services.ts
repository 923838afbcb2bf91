/** What handlers need to read documents: those of summaries, and those that are sent with messages. */
import type { Clock } from '../shared/clock.ts';
import { AttachmentDesk } from './attachments/attachment-desk.ts';
import { AttachmentReader } from './attachments/attachment-reader.ts';
import { AttachmentRows } from './attachments/attachment-rows.ts';
import type { ServerConfig } from './config/config.ts';
import type { DataDirectory } from './data-directory.ts';
import { DocumentReader } from './documents/document-reader.ts';
import { ImageWorkshop } from './images/image-workshop.ts';
import type { Services } from './operations/handlers/index.ts';
import { OutboundHttp } from './outbound/outbound-http.ts';
import { SummaryRepository } from './summaries/summary-repository.ts';
import { SummarySources } from './summaries/summary-source.ts';

export function summaryServices(
  { store, uploads }: Pick<DataDirectory, 'store' | 'uploads'>,
  config: Pick<ServerConfig, 'OUTBOUND_ALLOW' | 'OUTBOUND_PORTS'>,
  clock: Clock,
): Pick<Services, 'attachmentDesk' | 'attachmentReader' | 'attachmentRows' | 'summaries' | 'summarySources'> {
  const rules = { ports: config.OUTBOUND_PORTS, allowed: config.OUTBOUND_ALLOW };
  const http = new OutboundHttp({ clock, rules });
  const documents = new DocumentReader(clock);
  const pictures = new ImageWorkshop();
  const attachmentReader = new AttachmentReader({ documents, pictures });
  const attachmentRows = new AttachmentRows(store);
  return {
    attachmentReader,
    attachmentRows,
    attachmentDesk: new AttachmentDesk({ uploads, reader: attachmentReader, rows: attachmentRows }),
    summaries: new SummaryRepository(store),
    summarySources: new SummarySources(http, documents),
  };
}
