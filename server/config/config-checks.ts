/** Checks of settings that are valid by themselves but contradict each other. */
import type { CrossFault } from '../../shared/environment.ts';
import type { Limits } from '../../shared/limits.ts';
import { tlsFaults } from '../../shared/tls/tls-settings.ts';

type LimitName = keyof Limits;

export interface CheckedSettings {
  readonly limits: Limits;
  readonly LLM_PROVIDER: string;
  readonly OPENAI_BASE_URL?: string | undefined;
  readonly OPENAI_API_KEY?: string | undefined;
  readonly GROQ_API_KEY?: string | undefined;
  readonly ADMIN_EMAIL?: string | undefined;
  readonly ADMIN_PASSWORD?: string | undefined;
  readonly ADMIN_PASSWORD_FILE?: string | undefined;
  readonly APP_HOST: string;
  readonly APP_PORT: number;
  readonly APP_PROXY_HOST: string;
  readonly APP_PROXY_PORT: number;
  readonly METRICS_HOST: string;
  readonly METRICS_PORT: number;
  readonly TLS_HOST: string;
  readonly TLS_PORT?: number | undefined;
  readonly TLS_CERT_FILE?: string | undefined;
  readonly TLS_KEY_FILE?: string | undefined;
  readonly APP_PROXY_TLS: boolean;
  readonly ALERT_WEBHOOK_URL?: string | undefined;
  readonly ALERT_WEBHOOK_SECRET?: string | undefined;
}

export interface CheckOptions {
  /** The environment variable of a limit. */
  readonly variable: (name: LimitName) => string;
  /** Whether the operator has set a variable: a default value is never reported as the cause. */
  readonly isSet: (variable: string) => boolean;
}

export function checkSettings(settings: CheckedSettings, options: CheckOptions): CrossFault[] {
  return [
    ...ORDERED.flatMap((rule) => orderFaults(rule, settings.limits, options)),
    ...(options.isSet('MODELS_FILE') ? [] : providerFaults(settings)),
    ...adminFaults(settings),
    ...alertFaults(settings),
    ...portFaults(settings),
    ...tlsFaults(settings, [
      ...(settings.TLS_PORT === undefined ? [] : ['TLS_PORT']),
      ...(settings.APP_PROXY_TLS ? ['APP_PROXY_TLS'] : []),
    ]),
  ];
}

interface OrderRule {
  readonly less: LimitName;
  readonly than: LimitName;
  readonly mayBeEqual: boolean;
  readonly why: string;
}

const below = (less: LimitName, than: LimitName, why: string): OrderRule => {
  return { less, than, mayBeEqual: false, why };
};
const atMost = (less: LimitName, than: LimitName, why: string): OrderRule => {
  return { less, than, mayBeEqual: true, why };
};

const ORDERED: readonly OrderRule[] = [
  below('outboxLowBytes', 'outboxSoftBytes', 'what is blocked at the one goes on at the other'),
  below('outboxSoftBytes', 'outboxHardBytes', 'a reader is waited for before it is cut off'),
  atMost('outboxSoftBytes', 'replayBytesMax', 'a client may leave that much unacknowledged and resume'),
  atMost('addressConnectionsMax', 'connectionsMax', 'one address cannot have more than there are'),
  atMost('lineBytesMaxAnonymous', 'lineBytesMaxAuthenticated', 'who signs in may send longer lines'),
  atMost('generationsMax', 'pendingRequestsMax', 'each answer is a pending request'),
  atMost('drainReconnectMinMs', 'drainReconnectMaxMs', 'clients come back at a time between them'),
  atMost('detachedGenerationMs', 'detachedSessionMs', 'an answer cannot outlive its session'),
  atMost('sweepMs', 'writeProgressMs', 'readers are looked at once in the one to be judged by the other'),
  atMost('sniffMs', 'textFirstLineMs', 'who is not greeted yet does not know what to write'),
  atMost('llmFirstTokenSeconds', 'llmAnswerSeconds', 'the first token is part of the answer'),
  atMost('llmBetweenTokensSeconds', 'llmAnswerSeconds', 'every token is part of the answer'),
];

/** An address limit that the operator did not set gives way to a small server. */
const YIELDING: ReadonlySet<LimitName> = new Set(['addressConnectionsMax']);

function orderFaults(
  { less, than, mayBeEqual, why }: OrderRule,
  limits: CheckedSettings['limits'],
  { variable, isSet }: CheckOptions,
): CrossFault[] {
  if (mayBeEqual ? limits[less] <= limits[than] : limits[less] < limits[than]) return [];
  const [small, large] = [variable(less), variable(than)];
  if (isSet(small)) {
    const expected = `${mayBeEqual ? 'at most' : 'less than'} ${large} (${limits[than]}): ${why}`;
    return [{ name: small, expected, found: String(limits[less]), others: [large] }];
  }
  if (YIELDING.has(less)) return [];
  const expected = `${mayBeEqual ? 'at least' : 'more than'} ${small} (${limits[less]}): ${why}`;
  return [{ name: large, expected, found: String(limits[than]), others: [small] }];
}

const OPENAI_VARIABLES = ['OPENAI_BASE_URL', 'OPENAI_API_KEY', 'GROQ_API_KEY'] as const;

function providerFaults(settings: CheckedSettings): CrossFault[] {
  if (settings.LLM_PROVIDER !== 'openai') return [];
  if (OPENAI_VARIABLES.some((name) => settings[name] !== undefined)) return [];
  const expected = `another one, or ${OPENAI_VARIABLES.join(', or ')} beside it`;
  return [{ name: 'LLM_PROVIDER', expected, found: '"openai"', others: OPENAI_VARIABLES }];
}

function adminFaults(settings: CheckedSettings): CrossFault[] {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password, ADMIN_PASSWORD_FILE: file } = settings;
  const others = ['ADMIN_PASSWORD', 'ADMIN_PASSWORD_FILE'];
  if (password !== undefined && file !== undefined) {
    const expected = 'not beside ADMIN_PASSWORD: only one of the two can be meant';
    return [{ name: 'ADMIN_PASSWORD_FILE', expected, found: 'both', others: ['ADMIN_PASSWORD'] }];
  }
  if ((email === undefined) === (password === undefined && file === undefined)) return [];
  const expected = 'an e-mail, and ADMIN_PASSWORD or ADMIN_PASSWORD_FILE beside it';
  return [
    { name: 'ADMIN_EMAIL', expected, found: email === undefined ? 'no e-mail' : 'no password', others },
  ];
}

/** An alert that nobody can tell from a forged one is not sent. */
function alertFaults({
  ALERT_WEBHOOK_URL: url,
  ALERT_WEBHOOK_SECRET: secret,
}: CheckedSettings): CrossFault[] {
  if (url === undefined || secret !== undefined) return [];
  const expected = 'set, since ALERT_WEBHOOK_URL is: alerts are signed with it';
  return [{ name: 'ALERT_WEBHOOK_SECRET', expected, found: 'nothing', others: ['ALERT_WEBHOOK_URL'] }];
}

const LISTENERS = [
  ['APP_HOST', 'APP_PORT'],
  ['APP_PROXY_HOST', 'APP_PROXY_PORT'],
  ['METRICS_HOST', 'METRICS_PORT'],
  ['TLS_HOST', 'TLS_PORT'],
] as const;

/** Port 0 means a different free port each time. */
function portFaults(settings: CheckedSettings): CrossFault[] {
  return LISTENERS.flatMap(([host, port], index) =>
    LISTENERS.slice(0, index)
      .filter(([otherHost, otherPort]) => {
        const isSame = settings[port] === settings[otherPort] && settings[host] === settings[otherHost];
        return isSame && settings[port] !== 0 && settings[port] !== undefined;
      })
      .map(([, otherPort]) => ({
        name: port,
        expected: `another port than ${otherPort} at the same address`,
        found: String(settings[port]),
        others: [otherPort],
      })),
  );
}
