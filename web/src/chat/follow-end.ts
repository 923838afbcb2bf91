import { signal, type ReadonlySignal } from '@preact/signals';

/** Nearer than this to the end, the reader is at the end. */
const NEAR_PIXELS = 48;

/** Keeps the end in view while the reader is there, and leaves a reader alone who has gone up. */
export class FollowEnd {
  readonly following: ReadonlySignal<boolean>;
  readonly #following = signal(true);
  readonly #scroller: HTMLElement;
  readonly #observer: ResizeObserver;
  #lastTop = 0;

  constructor(scroller: HTMLElement, content: HTMLElement) {
    this.following = this.#following;
    this.#scroller = scroller;
    this.#observer = new ResizeObserver(() => this.#settle());
    this.#observer.observe(scroller);
    this.#observer.observe(content);
    scroller.addEventListener('scroll', this.#scrolled, { passive: true });
  }

  toEnd(): void {
    this.#following.value = true;
    this.#settle();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#scroller.removeEventListener('scroll', this.#scrolled);
  }

  #settle(): void {
    if (!this.#following.value) return;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#lastTop = this.#scroller.scrollTop;
  }

  readonly #scrolled = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (scrollHeight - scrollTop - clientHeight <= NEAR_PIXELS) this.#following.value = true;
    else if (scrollTop < this.#lastTop - 1) this.#following.value = false;
    this.#lastTop = scrollTop;
  };
}
