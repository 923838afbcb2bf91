/** What the entries of the ledger say about exchanges. */
import type { Entry } from '../../shared/ledger/entries.ts';
import { outcomeOf, serviceName, type UsageEvent } from './usage-event.ts';

/** Members are sorted (RFC 8785): the type of a charge is followed by its usage. */
const CHARGES = ['estimated', 'reported'].map((usage) => `"type":"charge","usage":"${usage}"}`);
/** Of version 1: what was settled is told by the entry before the one of the exchange. */
const SETTLED = '"type":"settle"}';
const EXCHANGES = ['estimated', 'reported'].map((usage) => `"type":"exchange","usage":"${usage}"}`);

export interface EntryReaderOptions {
  readonly providerOf: (route: string, model: string) => string;
  /** Of one credit. */
  readonly usdNanosPerCredit: number;
}

export class EntryReader {
  readonly #options: EntryReaderOptions;
  /** Of version 1: what the last exchange was charged. */
  #settled = 0;

  constructor(options: EntryReaderOptions) {
    this.#options = options;
  }

  /** Undefined of an entry that is not about an exchange. */
  read(text: string): UsageEvent | undefined {
    const isCharge = CHARGES.some((ending) => text.endsWith(ending));
    if (isCharge || EXCHANGES.some((ending) => text.endsWith(ending))) {
      return this.#event(JSON.parse(text) as Entry);
    }
    if (text.endsWith(SETTLED)) {
      const entry = JSON.parse(text) as Entry;
      if (entry.type === 'settle') this.#settled = Number(entry.amount);
    }
    return undefined;
  }

  #event(entry: Entry): UsageEvent | undefined {
    if (entry.type !== 'charge' && entry.type !== 'exchange') return undefined;
    const { account, at, model, finish, trace: request } = entry;
    const isCharge = entry.type === 'charge';
    const route = isCharge ? entry.route : model;
    const isJob = isCharge && entry.hold !== '-';
    const service = serviceName(isCharge ? entry.service : 'chat', isJob);
    const provider = this.#options.providerOf(route, model);
    const credits = isCharge ? Number(entry.amount) : this.#settled;
    this.#settled = 0;
    const actor = isCharge && !entry.actor.startsWith('key:') ? entry.actor : account;
    return {
      at: Date.parse(at),
      account: actor,
      payer: actor === account ? undefined : account,
      kind: { service, route, provider, model, outcome: outcomeOf(finish) },
      inputTokens: Number(entry.inputTokens),
      outputTokens: Number(entry.outputTokens),
      credits,
      usdNanos: Math.round(credits * this.#options.usdNanosPerCredit),
      times: undefined,
      request,
    };
  }
}
