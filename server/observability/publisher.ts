export type Subscriber<Message> = (message: Message) => void;

/** Calls all subscribers, synchronously, in the order in which they subscribed. */
export class Publisher<Message> {
  readonly #subscribers = new Set<Subscriber<Message>>();
  readonly #onFault: (thrown: unknown) => void;

  /** `onFault` gets what a subscriber throws: that must affect neither the others nor the publisher. */
  constructor(onFault: (thrown: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Returns a function that ends the subscription. */
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
