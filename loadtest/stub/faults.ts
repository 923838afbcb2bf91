/** Chooses what goes wrong with the next request: the script first, then chance, then what always does. */
import { isQuirk, type Failure, type Fault, type Quirk, type StubConfig } from './config.ts';
import { seededRandom, type Random } from './random.ts';

export interface FaultPlan {
  readonly failure: Failure | undefined;
  readonly quirks: ReadonlySet<Quirk>;
  readonly afterTokens: number;
  readonly retryAfterMs: number;
}

type Step = StubConfig['next'][number];

export class FaultSource {
  #config: StubConfig;
  #script: Step[];
  #random: Random;
  #always: FaultPlan;

  constructor(config: StubConfig) {
    this.#config = config;
    this.#script = config.next.map((step) => ({ ...step }));
    this.#random = seededRandom(config.seed);
    this.#always = alwaysPlan(config);
  }

  /** What is left of the script. */
  get script(): readonly Step[] {
    return this.#script;
  }

  next(): FaultPlan {
    const step = this.#takeStep() ?? this.#draw();
    if (!step) return this.#always;
    return {
      failure: isQuirk(step.kind) ? this.#always.failure : step.kind,
      quirks: isQuirk(step.kind) ? new Set([...this.#always.quirks, step.kind]) : this.#always.quirks,
      afterTokens: step.afterTokens ?? this.#config.afterTokens,
      retryAfterMs: step.retryAfterMs ?? this.#config.retryAfterMs,
    };
  }

  #takeStep(): Step | undefined {
    const step = this.#script[0];
    if (!step) return undefined;
    step.count -= 1;
    if (step.count === 0) this.#script.shift();
    return step;
  }

  #draw(): { kind: Fault; afterTokens?: undefined; retryAfterMs?: undefined } | undefined {
    for (const [kind, chance] of Object.entries(this.#config.chance) as [Fault, number][]) {
      if (this.#random() < chance) return { kind };
    }
    return undefined;
  }
}

function alwaysPlan(config: StubConfig): FaultPlan {
  return {
    failure: config.always.find((fault): fault is Failure => !isQuirk(fault)),
    quirks: new Set(config.always.filter(isQuirk)),
    afterTokens: config.afterTokens,
    retryAfterMs: config.retryAfterMs,
  };
}
