/** Alerts to the operator, put together: who looks at what, and where it is told. */
import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import type { Clock } from '../shared/clock.ts';
import type { ServerConfig } from './config/config.ts';
import type { DataDirectory } from './data-directory.ts';
import type { RouteDirectory } from './models/route-directory.ts';
import type { Log } from './observability/log.ts';
import { OutboundHttp } from './outbound/outbound-http.ts';
import { ALERT_LIMITS } from './webhooks/limits.ts';
import { OperatorAlerts } from './webhooks/operator-alerts.ts';
import { SpendingPace } from './webhooks/spending-pace.ts';
import { WebhookHttp } from './webhooks/webhook-http.ts';
import type { WitnessClient } from './witness/witness-client.ts';

export interface AlertParts {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly data: Pick<DataDirectory, 'isOpen' | 'ledger'>;
  readonly routes: Pick<RouteDirectory, 'onBreakerState'>;
  readonly witness: Pick<WitnessClient, 'status'>;
}

/** Undefined where no receiver is named. */
export function openAlerts(parts: AlertParts): { close(): Promise<void> } | undefined {
  const { config, clock, random, log, routes } = parts;
  const { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret } = config;
  if (url === undefined || secret === undefined) return undefined;
  const rules = { ports: config.OUTBOUND_PORTS, allowed: config.OUTBOUND_ALLOW };
  const allowsHttp = config.WEBHOOKS_ALLOW_HTTP;
  const http = new WebhookHttp({ http: new OutboundHttp({ clock, rules }), allowsHttp });
  const alerts = new OperatorAlerts({ url, secret, clock, random, newId: randomUUID, log, http });
  const stopWatching = routes.onBreakerState(({ id }, state) => {
    // A breaker that is half open is trying whether the route is well.
    if (state !== 'half_open') alerts.note({ kind: 'route_down', subject: id, isOn: state === 'open' });
  });
  const pace = new SpendingPace();
  let cancel = () => {};
  const look = () => {
    noteAccounting(parts, alerts, pace);
    void noteDisk(config.DATA_DIR, alerts);
    cancel = clock.after(ALERT_LIMITS.lookMs, look);
  };
  look();
  return {
    async close() {
      stopWatching();
      cancel();
      await alerts.close();
    },
  };
}

function noteAccounting(parts: AlertParts, alerts: OperatorAlerts, pace: SpendingPace): void {
  const { config, clock, data, witness } = parts;
  alerts.note({ kind: 'ledger_stopped', isOn: !data.isOpen() });
  for (const { name, isInconsistent } of witness.status()) {
    alerts.note({ kind: 'witness_alarm', subject: name, isOn: isInconsistent });
  }
  const { ALERT_CREDITS_PER_HOUR: limit } = config;
  if (limit === undefined) return;
  const spent = pace.inLastHour(data.ledger.totals.revenue, clock.now());
  alerts.note({ kind: 'spending_high', isOn: spent >= limit, numbers: { spent, limit } });
}

/** A disk that cannot be looked at changes nothing. */
async function noteDisk(dataDir: string, alerts: OperatorAlerts): Promise<void> {
  const disk = await statfs(dataDir).catch(() => undefined);
  if (!disk) return;
  const numbers = { freeBytes: disk.bavail * disk.bsize, sizeBytes: disk.blocks * disk.bsize };
  const free = numbers.freeBytes / numbers.sizeBytes;
  const { diskFreeMin, diskFreeWell } = ALERT_LIMITS;
  if (free < diskFreeMin) alerts.note({ kind: 'disk_nearly_full', isOn: true, numbers });
  if (free > diskFreeWell) alerts.note({ kind: 'disk_nearly_full', isOn: false, numbers });
}
