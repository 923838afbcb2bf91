import { z } from 'zod';
import { usageOf } from '../../../shared/operation-usage.ts';
import { OPERATION_LIST } from '../../../shared/operations/index.ts';
import type { Operation, OutputOf } from '../../../shared/define-operation.ts';
import type { Locale } from '../../../shared/locale.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { Clock } from '../../../shared/clock.ts';
import { mayUse } from '../../identity/access.ts';
import type { Handlers } from '../call.ts';
import type { ServerEntry, ServerState } from '../services.ts';

interface ServerServices {
  readonly clock: Clock;
  readonly state: ServerState;
  readonly entry: ServerEntry;
}

type ServerHandlers = Pick<Handlers, 'server.entry' | 'server.ping' | 'server.stats' | 'operations.list'>;

export function serverHandlers(services: ServerServices): ServerHandlers {
  const { clock, state, entry } = services;
  const startedMs = clock.monotonic();
  // Made when somebody first asks: the schemas would take a good part of the time in which a server starts.
  const catalogues = new Map<Locale, Description[]>();
  const catalogueIn = (locale: Locale) => {
    const catalogue = catalogues.get(locale) ?? describeAll(locale);
    catalogues.set(locale, catalogue);
    return catalogue;
  };
  return {
    'server.entry': () => entry,
    'server.ping': () => ({ pong: true, time: new Date(clock.now()).toISOString() }),
    'server.stats': () => ({
      ...state.read(),
      uptimeSeconds: Math.floor((clock.monotonic() - startedMs) / 1_000),
    }),
    'operations.list': (_, { session, principal }) => ({
      operations: catalogueIn(session.locale).filter(({ access }) => mayUse(principal.access, access)),
    }),
  };
}

type Description = OutputOf<Operations['operations.list']>['operations'][number];

function describeAll(locale: Locale): Description[] {
  return OPERATION_LIST.map((operation) => ({
    name: operation.name,
    summary: operation.summary[locale],
    access: operation.access,
    effect: operation.effect,
    ...(operation.text ? { usage: usageOf(operation.text, operation.input) } : {}),
    ...(operation.commands ? { commands: commandsOf(operation, locale) } : {}),
    input: schemaOf(operation.input, 'input'),
    output: schemaOf(operation.output, 'output'),
    events: Object.fromEntries(
      Object.entries(operation.events ?? {}).map(([name, event]) => [name, schemaOf(event, 'output')]),
    ),
    errors: [...operation.errors],
  }));
}

function commandsOf({ commands = [], input }: Operation, locale: Locale) {
  return commands.map((form) => ({ usage: usageOf(form, input), summary: form.summary[locale] }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  return { ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) };
}
