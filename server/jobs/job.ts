/** A job, and what every kind of job has to know how to do. */
import type { ErrorKey, ErrorValues } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { JobKind, JobWork } from '../../shared/operations/job-shapes.ts';
import type { Exchange } from '../chat/exchange.ts';
import type { ReserveRequest, SettleFacts } from '../credits/meter.ts';
import type { RouteUser } from '../models/route.ts';
import type { Access } from '../identity/access.ts';
import type { ChargeRequest } from '../ledger/account-requests.ts';
import type { JobStatus } from '../store/job-schema.ts';

/** For whom a job runs. */
export interface JobOwner {
  readonly owner: string;
  readonly account: string;
  readonly actor: string;
  readonly access: Access;
  /** The account that pays, when it is another one. */
  readonly payer?: string | undefined;
}

export interface Job extends JobOwner {
  /** Of the sequence of exchanges: its first hold, and so its charge, has the id `x:<number>`. */
  readonly number: number;
  readonly id: string;
  readonly kind: JobKind;
  readonly route: string;
  readonly locale: Locale;
  readonly trace: string;
  readonly status: JobStatus;
  readonly title: string;
  readonly attempts: number;
  readonly notBefore: number;
  /** The id of its open hold. */
  readonly hold: string;
  /** What was held at first. */
  readonly held: number;
  readonly charged: number;
  readonly pending: Pending | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly error: ErrorKey | undefined;
  readonly errorValues: ErrorValues;
  readonly entry: number | undefined;
  /** The URL that is told of its end. */
  readonly webhook: string | undefined;
  readonly batch: BatchPlace | undefined;
}

/** Of a job that is a line of a batch. */
export interface BatchPlace {
  /** Of the batch. */
  readonly number: number;
  /** 1 is the first. */
  readonly line: number;
  readonly customId: string | undefined;
}

/** With the long texts. */
export interface WholeJob extends Job {
  /** What was asked: the member of the input that its kind has. */
  readonly request: unknown;
  /** What came of it, as its runner gave it. */
  readonly result: unknown;
  /** What came of its parts so far. */
  readonly saved: readonly SavedPart[];
  /** What it works on; only of one that is about to run. */
  readonly material: unknown;
}

/** An exchange of a job with parts, which is paid: when the job is tried again, it is not asked again. */
export interface SavedPart extends Pick<SettleFacts, 'answer' | 'model' | 'route' | 'usage'> {
  readonly name: string;
  readonly charged: number;
  /** Salts in base64. The index of the last one is that of the job's row. */
  readonly receipt: { readonly promptSalt: string; readonly answerSalt: string; index?: number };
}

/** What is to be written into the ledger; it may be there already. */
export type Pending =
  | { readonly type: 'release'; readonly id: string; readonly reason: string }
  | ({ readonly type: 'charge' } & Pick<ChargeRequest, 'charge' | 'exchange' | 'id' | 'next'>);

type Needs = Pick<ReserveRequest, 'amount' | 'candidates' | 'images' | 'inputTokens' | 'maxOutputTokens'>;

/** What a job needs at most, before it is taken. */
export interface JobPlan extends Needs {
  /** The id of the route. */
  readonly route: string;
  /** Of its first words a title is made. */
  readonly words: string;
  /** What is kept in place of what was asked, and what the job works on until it ends. */
  readonly kept?: { readonly request: object; readonly material: object };
}

/** For whom a job is planned. */
export interface JobAsker extends Pick<JobOwner, 'owner'> {
  readonly access: RouteUser;
  readonly locale: Locale;
  /** Of its submission. */
  readonly signal: AbortSignal;
}

/** What a runner has at hand while it runs. */
export interface JobRun {
  readonly job: WholeJob;
  readonly signal: AbortSignal;
  /**
   * The one way to a model, with all that a job adds to a request: whose it is, its held credits, its place
   * behind people who wait. Of a job with parts each exchange is charged when it ends.
   */
  readonly exchange: (request: JobExchange, sink: Parameters<Exchange>[1]) => ReturnType<Exchange>;
  /** Tells the owner how far it is. */
  readonly progress: (done: number, of: number | undefined) => void;
}

export interface JobExchange {
  readonly route: string;
  readonly service: Parameters<Exchange>[0]['service'];
  readonly task: NonNullable<Parameters<Exchange>[0]['task']>;
  /** What the ledger commits to. */
  readonly text: string;
  /** Of a job with parts: under this name it is in `job.saved` when the job is tried again. */
  readonly part?: string;
}

/** One for each kind. */
export interface JobRunner<Request = unknown> {
  /** Its exchanges are charged one by one, and what came of them survives a crash. */
  readonly hasParts?: true;
  /** To plan it is work, which uses up its place among the submissions whatever comes of it. */
  readonly isCostlyToPlan?: true;
  /** What is asked, from the input of `jobs.submit`; undefined when it asks for another kind. */
  requestOf(input: JobWork): Request | undefined;
  /** The same for requests that ask for the same, as they come and as they are kept. Its JSON when absent. */
  identityOf?(request: unknown): string;
  /** Throws or rejects with what would refuse it. */
  plan(request: Request, who: JobAsker): JobPlan | Promise<JobPlan>;
  /** Resolves with what is kept of it as JSON. */
  run(request: Request, run: JobRun): Promise<object>;
}

export type JobRunners = Readonly<Record<JobKind, JobRunner>>;
