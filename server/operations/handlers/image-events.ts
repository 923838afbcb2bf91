/** The events of an exchange about images: each one is durable before the next one is asked for. */
import type { DrawnImage } from '../../images/drawn-image.ts';
import type { OpenRequest } from '../../artifacts/request-files.ts';
import type { ExchangeEvent, ExchangeSink } from '../../chat/exchange.ts';
import type { Call, EventSink } from '../call.ts';
import { fileNames } from '../../images/image-names.ts';

export class ImageEvents implements ExchangeSink {
  readonly #call: Call;
  readonly #sink: EventSink;
  readonly #request: () => OpenRequest;
  readonly #sizes: [width: number, height: number][] = [];
  readonly #sendsData: boolean;
  #isTaken = false;
  #hasStarted = false;
  #writing: Promise<void> | undefined;

  /** `sendsData`: the images come with the events. */
  constructor(call: Call, sink: EventSink, request: () => OpenRequest, sendsData: boolean) {
    this.#call = call;
    this.#sink = sink;
    this.#request = request;
    this.#sendsData = sendsData;
  }

  /** A model was asked. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Of the images that have come. */
  get sizes(): readonly (readonly [width: number, height: number])[] {
    return this.#sizes;
  }

  event(event: ExchangeEvent): void {
    if (!this.#isTaken) this.#call.session.taken();
    this.#isTaken = true;
    switch (event.type) {
      case 'queued':
        return this.#sink.event('images.queued', { position: event.position });
      case 'started': {
        this.#hasStarted = true;
        const { route, model } = event;
        const { id } = this.#request();
        return this.#sink.event('images.started', { trace: this.#call.trace, id, route, model });
      }
      case 'loading':
        return this.#sink.event('images.loading', {});
      case 'image':
        this.#writing = this.#keep(event.index, event.image);
        // Whoever asks whether more may come learns of a failure.
        this.#writing.catch(() => {});
        return undefined;
      default:
        return undefined;
    }
  }

  /** Rejects when an image could not be written: the exchange then fails, and costs nothing. */
  ready(): Promise<void> | undefined {
    const writing = this.#writing;
    this.#writing = undefined;
    return writing ?? this.#sink.ready();
  }

  async #keep(index: number, { png, preview, width, height }: DrawnImage): Promise<void> {
    const request = this.#request();
    const names = fileNames(index);
    await request.put({ name: names.image, type: 'image/png', content: png });
    await request.put({ name: names.preview, type: 'image/jpeg', content: preview });
    this.#sizes.push([width, height]);
    this.#sink.event('images.image', { index, width, height });
    if (this.#sendsData) await this.#send(index, png);
  }

  async #send(index: number, png: Buffer): Promise<void> {
    for (let from = 0; from < png.length; from += PIECE_BYTES) {
      const data = png.subarray(from, from + PIECE_BYTES).toString('base64');
      this.#sink.event('images.data', { index, data });
      for (let wait = this.#sink.ready(); wait; wait = this.#sink.ready()) await wait;
    }
  }
}

/** A multiple of three, so that pieces of base64 can be joined. */
const PIECE_BYTES = 192 * 1024;
