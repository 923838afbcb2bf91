/** All handlers, from what they stand on. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import type { Handlers } from '../call.ts';
import type { Accounting } from '../../credits/accounting.ts';
import type { Exchange } from '../../chat/exchange.ts';
import type { RateReader, ServerState } from '../services.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { SessionRegistry } from '../../protocol/session-registry.ts';
import type { SendOnce } from '../../chat/send-once.ts';
import { chatHandlers, type SendResult } from './chat.ts';
import { creditHandlers } from './credits.ts';
import { createLedgerReads } from './ledger-reads.ts';
import { ledgerHandlers } from './ledger.ts';
import { preferenceHandlers } from './preferences.ts';
import { serverHandlers } from './server.ts';
import { sessionHandlers } from './session.ts';

export interface Services {
  readonly clock: Clock;
  readonly registry: SessionRegistry;
  readonly exchange: Exchange;
  readonly sends: SendOnce<SendResult>;
  readonly generationsMax: number;
  readonly onSaid: ((trace: string, prompt: string, answer: string) => void) | undefined;
  readonly accounting: Accounting;
  readonly checkpoint: () => { size: number; note: string };
  readonly routes: RouteDirectory;
  readonly rate: RateReader;
  readonly state: ServerState;
  readonly onAuthFailed: (session: string) => void;
}

export function createHandlers(services: Services): Handlers {
  const { accounting, clock } = services;
  const ledgerReads = createLedgerReads(clock);
  return {
    ...chatHandlers(services),
    ...creditHandlers({ ...accounting, ledgerReads, newId: randomUUID }),
    ...ledgerHandlers({
      ...accounting,
      ledgerReads,
      checkpoint: services.checkpoint,
      sends: services.sends,
      newId: randomUUID,
    }),
    ...sessionHandlers({ ...services, adminKey: accounting.adminKey }),
    ...preferenceHandlers(services),
    ...serverHandlers(services),
  };
}
