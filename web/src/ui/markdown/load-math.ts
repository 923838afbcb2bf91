import createPurifier, { type WindowLike } from 'dompurify';
import temml from 'temml';
import { createMathDrawer, type MathDrawer } from './math-drawer.ts';
import './math.css';

/** The part of the page that is loaded with the first formula. */
export function mathDrawer(window: WindowLike): MathDrawer {
  return createMathDrawer(createPurifier, window, (tex, displayMode) =>
    temml.renderToString(tex, {
      displayMode,
      throwOnError: true,
      trust: false,
      strict: false,
      maxExpand: EXPANSIONS_MAX,
      maxSize: [SIZE_EM_MAX, SIZE_PT_MAX],
      // A long formula within a sentence breaks where its parts are joined.
      wrap: displayMode ? 'none' : 'tex',
    }),
  );
}

const EXPANSIONS_MAX = 300;
const SIZE_EM_MAX = 20;
const SIZE_PT_MAX = 200;
