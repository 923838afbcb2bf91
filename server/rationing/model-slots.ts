/** On whose behalf a task waits or runs. Read only while tasks wait. */
export interface Turn {
  /** The address or the user: a client that opens many sessions has one place in the round. */
  readonly client: string;
  /** The guest or the user. */
  readonly owner: string;
}

/** A task that needs a slot. */
export interface SlotTask extends Turn {
  /** Runs in a slot, which is free again when the promise settles. Must not reject. */
  runInSlot(): Promise<void>;
  /** 1 is next in line. */
  tellPosition(position: number): void;
  /**
   * Set when nobody waits for it in person: it waits behind all tasks without it. Called while it runs, each
   * time such a task has to wait.
   */
  readonly giveWay?: (() => void) | undefined;
}

/** A place among the tasks that wait. */
export interface SlotTicket {
  readonly task: SlotTask;
}

/**
 * The slots of one upstream: how many of its calls run at once, and which task is next. The embedded
 * implementation answers at once; one that is shared by several servers would not.
 */
export interface ModelSlots {
  /** Tasks that wait, and those that stepped aside. */
  readonly waiting: number;
  /** Those of them for which somebody waits in person. */
  readonly wanted: number;
  /** Tasks that run. */
  readonly inFlight: number;
  /** Starts the task soon (then there is no ticket) or lets it wait. Throws or rejects with `queue_full`. */
  enter(task: SlotTask): SlotTicket | undefined | Promise<SlotTicket | undefined>;
  /** Stops waiting. Has no effect when the task already runs. */
  leave(ticket: SlotTicket): void | Promise<void>;
  /** A running task is about to end its run and will come back; its place in the count is kept. */
  stepAside(task: SlotTask): void | Promise<void>;
  /** Like `enter`, but never refused, and ahead of the other tasks of its session: it has waited before. */
  comeBack(task: SlotTask): SlotTicket | undefined | Promise<SlotTicket | undefined>;
  /** A task that stepped aside will not come back. */
  stayAway(task: SlotTask): void | Promise<void>;
}

/** The model server to which the slots belong. */
export interface SlotUpstream {
  readonly id: string;
  /** Calls at once; undefined means that its calls take no slot and start at once. */
  readonly slots: number | undefined;
}

/** The slots of all upstreams, created when an upstream is first asked for. */
export interface UpstreamSlots {
  of(upstream: SlotUpstream): ModelSlots;
  /** Over all upstreams. */
  readonly waiting: number;
  /** Over all upstreams that have a number of slots. */
  readonly inFlight: number;
}
