/**
 * What draws answers, for a test that drives it in a browser: a purifier is only as good as the parser of
 * HTML below it. Texts and their signs go in and come out, so that each test can say what it expects.
 */
import createPurifier from 'dompurify';
import { copyWithSources } from './copy-source.ts';
import { decorateBlocks, relabelBlocks } from './code-blocks.ts';
import { graft } from './graft.ts';
import { settleHeading } from './heading-levels.ts';
import { MarkdownView } from './markdown-view.ts';
import { createMarkdown } from './markdown.ts';

const markdown = createMarkdown(createPurifier, window, { drawn: () => {}, settled: () => {} });
const say = (key: string) => `<${key}>`;

interface Grown {
  readonly view: MarkdownView;
  readonly box: HTMLElement;
  /** Texts of the blocks that were said not to change any more. */
  readonly settled: string[];
}

function begin(): Grown {
  const box = document.createElement('div');
  document.body.append(box);
  const settled: string[] = [];
  const view = new MarkdownView(box, {
    markdown,
    decorate: (fragment) => {
      for (const block of fragment.children) block.toggleAttribute('data-dressed', true);
    },
    settled: (block) => {
      if (block instanceof Element) settled.push(block.textContent ?? '');
    },
  });
  return { view, box, settled };
}

const drawing = {
  html: (text: string) => htmlOf(markdown.fragment(markdown.blocks(text))),
  /** As if the parser had let it through. */
  purified: (html: string) => {
    const token = { type: 'text', raw: html, text: html, escaped: true };
    return htmlOf(markdown.fragment([token]));
  },
  whole: (text: string) => {
    const { view, box } = begin();
    view.update(text, true);
    return box.innerHTML;
  },
  /** What stands after each piece, and which of the nodes stood there before it. */
  grown: (pieces: readonly string[]) => {
    const { view, box, settled } = begin();
    let text = '';
    const steps = pieces.map((piece) => {
      const before = [...box.children];
      text += piece;
      view.update(text, false);
      return {
        shown: box.textContent ?? '',
        settled: settled.length,
        kept: [...box.children].filter((node) => before.includes(node)).length,
      };
    });
    const before = [...box.children];
    view.update(text, true);
    const kept = [...box.children].filter((node) => before.includes(node)).length;
    return { steps, end: box.innerHTML, kept, settled };
  },
  text: (text: string) => {
    const { view, box } = begin();
    view.update(text, true);
    return box.textContent ?? '';
  },
  /** One text in place of the other, in the same box. */
  replaced: (texts: readonly string[]) => {
    const { view, box } = begin();
    for (const text of texts) view.update(text, false);
    return box.innerHTML;
  },
  /** As when an answer that had ended goes on. */
  regrown: ([text = '', more = '']: readonly string[]) => {
    const { view, box } = begin();
    view.update(text, true);
    view.update(text + more, false);
    const growing = box.innerHTML;
    view.update(text + more, true);
    return [growing, box.innerHTML];
  },
  /** How much of the page a text changes that stands there already. */
  idle: async (text: string, isWhole: boolean) => {
    const { view, box } = begin();
    view.update(text, isWhole);
    let changes = 0;
    const observer = new MutationObserver((records) => {
      changes += records.length;
    });
    observer.observe(box, { subtree: true, childList: true, characterData: true });
    view.update(text, isWhole);
    await new Promise((resolve) => setTimeout(resolve, 0));
    return changes;
  },
  /** Blocks dressed as they are shown, and the names of what stands around each. */
  decorated: (text: string) => {
    const fragment = markdown.fragment(markdown.blocks(text));
    decorateBlocks(fragment, say);
    return htmlOf(fragment);
  },
  relabelled: (text: string) => {
    const box = document.createElement('div');
    const fragment = markdown.fragment(markdown.blocks(text));
    decorateBlocks(fragment, say);
    box.append(fragment);
    relabelBlocks(box, (key) => `(${key})`);
    return box.innerHTML;
  },
  /** Grafts one run of siblings onto another that stands between two neighbours. */
  grafted: (standing: string, fresh: string) => {
    const box = document.createElement('div');
    box.innerHTML = `<hr>${standing}<hr>`;
    const old = [...box.childNodes].slice(1, -1);
    const all = new Set<Node>([...box.querySelectorAll('*:not(hr)'), ...old]);
    const template = document.createElement('template');
    template.innerHTML = fresh;
    const run = graft(box, old, [...template.content.childNodes]);
    return {
      html: box.innerHTML.slice('<hr>'.length, -'<hr>'.length),
      isRun: run.every((node, index) => box.childNodes[index + 1] === node),
      run: run.length,
      kept: [...all].filter((node) => box.contains(node)).length,
    };
  },
  /** What a reader has marked, after the page has changed below the mark. */
  marked: (standing: string, fresh: string, text: string) => {
    const box = document.createElement('div');
    box.innerHTML = standing;
    document.body.append(box);
    const template = document.createElement('template');
    template.innerHTML = fresh;
    const node = document.createTreeWalker(box, NodeFilter.SHOW_TEXT).nextNode() as Text;
    const begin = node.data.indexOf(text);
    getSelection()?.setBaseAndExtent(node, begin, node, begin + text.length);
    graft(box, [...box.childNodes], [...template.content.childNodes]);
    return String(getSelection());
  },
  levels: (html: string) => {
    const box = document.createElement('div');
    box.innerHTML = html;
    for (const block of box.children) settleHeading(block);
    return [...box.children].map((block) => block.getAttribute('aria-level') ?? block.tagName.toLowerCase());
  },
  /** What the clipboard has after a piece of the page was marked and copied. */
  copied: (html: string, from: string, to: string) => {
    const box = document.createElement('div');
    box.innerHTML = html;
    document.body.append(box);
    const range = document.createRange();
    range.setStart(textIn(box, from), 0);
    range.setEnd(textIn(box, to), to.length);
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
    const event = new ClipboardEvent('copy', { clipboardData: new DataTransfer(), cancelable: true });
    copyWithSources(event, box);
    box.remove();
    return event.defaultPrevented ? event.clipboardData?.getData('text/plain') : undefined;
  },
};

function htmlOf(fragment: DocumentFragment): string {
  const box = document.createElement('div');
  box.append(fragment);
  return box.innerHTML;
}

function textIn(root: Element, text: string): Text {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if ((node as Text).data === text) return node as Text;
  }
  throw new Error(`There is no ${text}`);
}

declare global {
  interface Window {
    drawing: typeof drawing;
  }
}

window.drawing = drawing;
