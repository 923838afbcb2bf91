/**
 * Formulas as MathML. Like all that a model writes, they pass the purifier. The page's policy allows no
 * inline styles, so those that a formula needs are taken off its markup and set again, one by one, if they
 * are listed below. A formula that cannot be drawn, or whose drawing would hide a letter of it, stays as it
 * was written.
 */
import type { DOMPurify as Purifier, WindowLike } from 'dompurify';
import { drawableTex, showsAll } from './formula.ts';
import { partFormula } from './math.ts';

export interface MathDrawer {
  /** What was drawn before costs nothing to draw again. */
  knows(source: string): boolean;
  /** A drawing of its own each time; undefined if the formula stays text. */
  draw(source: string): Node | undefined;
}

/** What turns TeX into markup; throws where it cannot. */
export type RenderTex = (tex: string, display: boolean) => string;

const KEPT_MAX = 500;
const MARKUP_CHARACTERS_MAX = 60_000;

/** Where a formula's styles wait while it passes the purifier. */
const LOOK = 'data-look';
const LENGTH = String.raw`(?:0|[01]?\.?\d{1,5}(?:em|ex)|\d?\d(?:\.\d+)?(?:pt|px))`;
const LINE = /^(?:\d*\.?\d+(?:em|px) )(?:solid|dashed|double)$/;
const LENGTHS = new RegExp(`^${LENGTH}(?: ${LENGTH}){0,3}$`);
const STYLES: Readonly<Record<string, RegExp>> = {
  border: LINE,
  'border-top': LINE,
  'border-right': LINE,
  'border-bottom': LINE,
  'border-left': LINE,
  padding: LENGTHS,
  'padding-top': LENGTHS,
  'padding-right': LENGTHS,
  'padding-bottom': LENGTHS,
  'padding-left': LENGTHS,
  // A little to the left is how `\!` closes a gap; more could cover other text.
  'margin-left': new RegExp(`^(?:-0\\.[12]\\d*em|${LENGTH})$`),
  'math-depth': /^\d$/,
  'text-align': /^(?:left|right|center)$/,
  'font-weight': /^bold$/,
  width: /^(?:50|100)%$/,
};
/** So many times the size of a letter may something be moved or stretched. */
const SIZE_MAX = 20;
const SIZES: readonly string[] = 'depth height lspace minsize maxsize rspace voffset width'.split(' ');
const CLASSES = /^(?:(?:tml|chr|ff|wbk)-[\da-z-]+|mathcal|mathscr|upstrike|downstrike|sout)$/;

export function createMathDrawer(
  createPurifier: (window: WindowLike) => Purifier,
  window: WindowLike,
  render: RenderTex,
): MathDrawer {
  const purifier = createPurifier(window);
  purifier.addHook('uponSanitizeAttribute', (_node, attribute) => {
    const { attrName, attrValue } = attribute;
    if (attrName === 'class')
      attribute.attrValue = attrValue
        .split(' ')
        .filter((name) => CLASSES.test(name))
        .join(' ');
    if (SIZES.includes(attrName)) attribute.keepAttr = Math.abs(Number.parseFloat(attrValue)) <= SIZE_MAX;
  });
  const known = new Map<string, Element | undefined>();
  const draw = (source: string) => {
    const formula = partFormula(source);
    const tex = formula && drawableTex(formula.tex);
    if (!formula || tex === undefined) return undefined;
    const markup = render(tex, formula.display);
    if (markup.length > MARKUP_CHARACTERS_MAX) return undefined;
    const math = purify(purifier, markup.replaceAll(' style="', ` ${LOOK}="`));
    if (math?.localName !== 'math' || !showsAll(tex, shownText(math)) || !lineRows(math)) return undefined;
    setLooks(math);
    return math;
  };
  return {
    knows: (source) => known.has(source),
    draw: (source) => {
      if (!known.has(source))
        keep(
          known,
          source,
          attempt(() => draw(source)),
        );
      return known.get(source)?.cloneNode(true);
    },
  };
}

/**
 * Firefox draws the lines of menclose by itself, too thick and too far away; as those of a row they have a
 * style sheet. It draws strikes well, and other browsers have a style sheet for them. False: there are other
 * lines.
 */
function lineRows(math: Element): boolean {
  for (const enclosed of math.querySelectorAll('menclose')) {
    const notation = enclosed.getAttribute('notation') ?? '';
    if (/^(?:top|bottom|box)$/.test(notation)) {
      const row = enclosed.ownerDocument.createElementNS(enclosed.namespaceURI, 'mrow');
      row.setAttribute('class', enclosed.getAttribute('class') ?? '');
      row.append(...enclosed.childNodes);
      enclosed.replaceWith(row);
    } else if (!/^(?:\w+strike ?)+$/.test(notation)) return false;
  }
  return true;
}

function purify(purifier: Purifier, markup: string): Element | null {
  const made = purifier.sanitize(markup, {
    USE_PROFILES: { mathMl: true },
    ADD_ATTR: ['class', LOOK],
    // "padding:0" is no address.
    ADD_URI_SAFE_ATTR: [LOOK],
    FORBID_ATTR: ['style', 'href', 'xlink:href', 'id', 'mathbackground', 'mathcolor'],
    FORBID_TAGS: ['mglyph', 'maction'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  return made.firstElementChild;
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function keep<T>(known: Map<string, T>, source: string, made: T): void {
  const [oldest] = known.keys();
  if (known.size >= KEPT_MAX && oldest !== undefined) known.delete(oldest);
  known.set(source, made);
}

/** Without what takes room and is not seen. */
function shownText(math: Element): string {
  const seen = math.cloneNode(true) as Element;
  for (const hidden of seen.querySelectorAll('mphantom')) hidden.remove();
  return seen.textContent ?? '';
}

function setLooks(math: Element): void {
  for (const element of [math, ...math.querySelectorAll(`[${LOOK}]`)]) {
    const look = element.getAttribute(LOOK) ?? '';
    element.removeAttribute(LOOK);
    const { style } = element as MathMLElement;
    for (const declaration of look.split(';')) {
      const [name = '', value = ''] = declaration.split(/:(.*)/s);
      if (STYLES[name]?.test(value)) style.setProperty(name, value);
    }
  }
}
