/**
 * Draws the formulas of all answers. Until the drawer is loaded, and wherever it fails, a formula is shown as
 * it was written.
 */
import { FRAME_WORK_MS, type LateWork } from './late-work.ts';
import type { MathDrawer } from './math-drawer.ts';

export interface FormulasOptions {
  /** Undefined if it cannot be loaded. */
  readonly load: () => Promise<MathDrawer | undefined>;
  /** Where answers stand. */
  readonly page: ParentNode;
  readonly work: LateWork;
}

export class Formulas {
  readonly #options: FormulasOptions;
  #drawer: MathDrawer | undefined;
  #asked = false;

  constructor(options: FormulasOptions) {
    this.#options = options;
  }

  /**
   * Those that were drawn before are drawn at once, so that an answer that grows does not flicker, and new
   * ones while they cost little; the others follow.
   */
  dress(root: ParentNode): void {
    const { work } = this.#options;
    const untilMs = work.nowMs() + FRAME_WORK_MS;
    for (const element of root.querySelectorAll<HTMLElement>(UNDRAWN)) {
      if (!this.#drawer) {
        void this.#ask();
        return;
      }
      if (this.#drawer.knows(element.textContent) || work.nowMs() < untilMs) draw(this.#drawer, element);
      else drawLater(this.#drawer, element, work);
    }
  }

  async #ask(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    const { load, page, work } = this.#options;
    const drawer = await load();
    if (!drawer) return;
    this.#drawer = drawer;
    for (const element of page.querySelectorAll<HTMLElement>(UNDRAWN)) drawLater(drawer, element, work);
  }
}

/** Longer formulas within a line may be wider than the page. */
const SHORT_CHARACTERS = 30;

const UNDRAWN = '.math:not([data-source])';

function drawLater(drawer: MathDrawer, element: HTMLElement, work: LateWork): void {
  work.add(() => {
    // Its paragraph may have been drawn anew since.
    if (element.isConnected && element.dataset['source'] === undefined) draw(drawer, element);
  });
}

function draw(drawer: MathDrawer, element: HTMLElement): void {
  const source = element.textContent;
  const drawing = drawer.draw(source);
  if (!drawing) return;
  element.dataset['source'] = source;
  if (source.length > SHORT_CHARACTERS) element.classList.add('math-long');
  element.replaceChildren(drawing);
}
