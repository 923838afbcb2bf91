export type Subscriber<Message> = (message: Message) => void;

/** Tells everybody who has subscribed, in that order and at once. */
export class Publisher<Message> {
  readonly #subscribers = new Set<Subscriber<Message>>();
  readonly #onFault: (thrown: unknown) => void;

  /** `onFault` gets what a subscriber throws: that must not hurt the others, nor whoever publishes. */
  constructor(onFault: (thrown: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Returns what ends the subscription. */
  subscribe(subscriber: Subscriber<Message>): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  publish(message: Message): void {
    for (const subscriber of this.#subscribers) {
      try {
        subscriber(message);
      } catch (thrown) {
        this.#onFault(thrown);
      }
    }
  }
}
