/** Measurements taken inside the page. They are scripts as text, since they run in the browser. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

/** What axe finds, at every level, with its good practices; as "rule: element". */
export async function axeFaults(page: Page): Promise<string[]> {
  const source = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));
  await page.evaluate(`window.axe ? undefined : (() => { ${readFileSync(source, 'utf8')} })()`);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 120))))`);
}

/** Texts whose contrast with what is behind them is below WCAG AA, with the ratio. */
export function contrastFaults(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = (color) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (color) => {
      const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
      const [r, g, b] = color.slice(0, 3).map((v) => linear(v / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = rgba(getComputedStyle(at).backgroundColor);
        if (color[3] === 255) return color;
      }
      return rgba('Canvas');
    };
    const faults = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const silent = element.closest('.visually-hidden, noscript, script');
      const hidden = silent || !element.checkVisibility({ visibilityProperty: true });
      if (walker.currentNode.data.trim() === '' || hidden) continue;
      const style = getComputedStyle(element);
      const [a, b] = [luminance(rgba(style.color)), luminance(behind(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const large = parseFloat(style.fontSize) >= 24;
      if (ratio >= (large ? 3 : 4.5)) continue;
      faults.push(ratio.toFixed(2) + ' ' + element.className + ' ' + walker.currentNode.data.slice(0, 30));
    }
    return faults;
  })()`);
}

/** What a screen reader would stumble over. */
export function structureFaults(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const faults = [];
    const all = (selector) => [...document.querySelectorAll(selector)];
    const named = (e) => e.ariaLabel || e.textContent.trim() || (e.labels && e.labels.length);
    for (const e of all('button, a, textarea, [role="region"], [role="log"], dialog')) {
      if (!named(e)) faults.push('no name: ' + e.outerHTML.slice(0, 80));
    }
    const ids = all('[id]').map((e) => e.id);
    if (new Set(ids).size !== ids.length) faults.push('an id twice');
    for (const e of all('[aria-describedby], [aria-labelledby]')) {
      const id = e.getAttribute('aria-describedby') || e.getAttribute('aria-labelledby');
      if (!document.getElementById(id)) faults.push('points nowhere: ' + id);
    }
    if (all('h1').length !== 1) faults.push('not one first heading');
    if (all('main').length !== 1) faults.push('not one main part');
    for (const e of all('button[aria-label]')) {
      const shown = e.checkVisibility() ? e.innerText.trim().toLowerCase() : '';
      if (!e.ariaLabel.toLowerCase().includes(shown)) faults.push('other name: ' + e.ariaLabel);
    }
    for (const e of all('p, textarea, button')) {
      const landmark = e.closest('header, main, nav, dialog, [role="status"]');
      if (!landmark) faults.push('in no landmark: ' + e.outerHTML);
    }
    for (const e of all('pre, .table-box')) if (e.tabIndex !== 0) faults.push('cannot be scrolled with keys');
    const landmarks = all('header, main, [role="region"]').map((e) => e.tagName + e.ariaLabel);
    if (new Set(landmarks).size !== landmarks.length) faults.push('two landmarks of one name');
    let level = 1;
    for (const e of all('h1, h2, h3, h4, h5, h6')) {
      const next = Number(e.tagName[1]);
      if (next > level + 2) faults.push('a heading level left out: ' + e.textContent);
      level = next;
    }
    const log = document.querySelector('[role="log"]');
    if (log.getAttribute('aria-live') !== 'off') faults.push('the log speaks by itself');
    if (log.tabIndex !== 0) faults.push('the log cannot be scrolled with the keyboard');
    if (!document.querySelector('[aria-live="polite"]')) faults.push('nothing is announced');
    if (!document.documentElement.lang) faults.push('no language');
    return faults;
  })()`);
}

/**
 * Fills the window's slot with settled turns, beyond what the page itself would keep; takes effect at a
 * reload.
 */
export async function seedConversation(page: Page, answers: readonly string[]): Promise<void> {
  await page.evaluate(`(() => {
    const slot = sessionStorage.getItem('hilo.slot');
    const items = ${JSON.stringify(answers)}.map((answer, n) => ({
      kind: 'turn', id: 'seed-' + n, requestId: 's' + n, text: 'Question ' + n, sentAtMs: 0,
      phase: { name: 'done', cut: false }, answer,
      stopping: false, model: 'stub:1b', trace: '', offline: false, degraded: false,
    }));
    // The page writes its slot when it is left; so the seed is put in afterwards.
    const key = 'hilo.slot.' + slot + '.past';
    addEventListener('pagehide', () => localStorage.setItem(key, JSON.stringify({ items })));
  })()`);
}

/** From now on counts changes of the document in any turn but the last, in `window.earlierChanges`. */
export async function watchEarlierTurns(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    window.earlierChanges = 0;
    const live = [...document.querySelectorAll('.turn')].at(-1);
    new MutationObserver((records) => {
      window.earlierChanges += records.filter(({ target }) => !live.contains(target)).length;
    }).observe(document.querySelector('.column'), {
      subtree: true, childList: true, characterData: true, attributes: true,
    });
  })()`);
}

/** The longest time between two frames while \`work\` runs. */
export async function longestFrameMs(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(`(() => {
    let last = performance.now();
    window.longestFrame = 0;
    window.watchFrames = true;
    const frame = () => {
      const now = performance.now();
      window.longestFrame = Math.max(window.longestFrame, now - last);
      last = now;
      if (window.watchFrames) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  })()`);
  await work();
  return page.evaluate<number>('(window.watchFrames = false, Math.round(window.longestFrame))');
}
