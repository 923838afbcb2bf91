import { signal, type ReadonlySignal } from '@preact/signals';

/** Nearer than this to the end, a reader who comes down is at the end. */
const NEAR_PIXELS = 48;

const KEYS_UP: readonly string[] = ['ArrowUp', 'PageUp', 'Home'];

/**
 * Keeps the end in view while the reader is there. A reader who moves up is free at once, however near the
 * end is and however fast it grows.
 */
export class FollowEnd {
  readonly following: ReadonlySignal<boolean>;
  readonly #following = signal(true);
  readonly #scroller: HTMLElement;
  readonly #hasEnd: () => boolean;
  readonly #observer: ResizeObserver;
  readonly #listening = new AbortController();
  #lastTop = 0;
  #lastHeight = 0;
  #touchY = 0;

  /** `hasEnd`: there is something to follow; an empty page is read from its top. */
  constructor(scroller: HTMLElement, content: HTMLElement, hasEnd: () => boolean) {
    this.following = this.#following;
    this.#scroller = scroller;
    this.#hasEnd = hasEnd;
    this.#observer = new ResizeObserver(() => this.#settle());
    this.#observer.observe(scroller);
    this.#observer.observe(content);
    this.#listen();
  }

  /** What comes below no longer moves what is read. */
  stay(): void {
    this.#following.value = false;
  }

  toEnd(): void {
    this.#following.value = true;
    this.#settle();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#listening.abort();
  }

  #listen(): void {
    const options = { passive: true, signal: this.#listening.signal };
    const scroller = this.#scroller;
    scroller.addEventListener('scroll', () => this.#scrolled(), options);
    scroller.addEventListener('wheel', ({ deltaY }) => this.#leaveIf(deltaY < 0), options);
    scroller.addEventListener('keydown', ({ key }) => this.#leaveIf(KEYS_UP.includes(key)), options);
    scroller.addEventListener('touchstart', (event) => void this.#touched(event), options);
    scroller.addEventListener(
      'touchmove',
      (event) => {
        // A finger that moves down pulls the text down.
        const before = this.#touchY;
        this.#leaveIf(this.#touched(event) > before);
      },
      options,
    );
  }

  #touched({ touches }: TouchEvent): number {
    this.#touchY = touches[0]?.clientY ?? this.#touchY;
    return this.#touchY;
  }

  #leaveIf(isUp: boolean): void {
    if (isUp && this.#scroller.scrollTop > 0) this.#following.value = false;
  }

  #settle(): void {
    if (this.#following.value && this.#hasEnd()) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#note();
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const isNear = scrollHeight - scrollTop - clientHeight <= NEAR_PIXELS;
    // A text that became shorter moves the reader as well.
    if (scrollTop < this.#lastTop && scrollHeight >= this.#lastHeight) this.#following.value = false;
    else if (isNear && scrollTop > this.#lastTop) this.#following.value = true;
    this.#note();
  }

  #note(): void {
    this.#lastTop = this.#scroller.scrollTop;
    this.#lastHeight = this.#scroller.scrollHeight;
  }
}
