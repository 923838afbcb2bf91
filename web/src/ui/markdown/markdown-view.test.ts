import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MarkdownView } from './markdown-view.ts';

class FakeElement {
  className = '';
  dir = '';
  children: (FakeElement | string)[] = [];
  readonly ownerDocument = { createElement: () => new FakeElement() };

  append(...nodes: (FakeElement | string)[]): void {
    this.children.push(...nodes);
  }
  replaceChildren(): void {
    this.children = [];
  }
  get text(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.text)).join('');
  }
}

it('shows a text that cannot be drawn as it is, while it grows and when it is whole', () => {
  const container = new FakeElement();
  const view = new MarkdownView(container as unknown as Element, {
    markdown: {
      blocks: () => {
        throw new RangeError('Maximum call stack size exceeded');
      },
      fragment: () => assert.fail('There is nothing to draw'),
    },
    decorate: () => {},
    settled: () => {},
  });
  view.update('some\rtext', false);
  assert.equal(container.text, 'some\ntext');
  view.update('some\rtext and more', true);
  assert.equal(container.text, 'some\ntext and more');
  assert.equal(container.children.length, 1);
});

it('reads such a text in its own direction, and does not try to draw what follows it', () => {
  const container = new FakeElement();
  let tries = 0;
  const view = new MarkdownView(container as unknown as Element, {
    markdown: {
      blocks: () => {
        tries += 1;
        throw new RangeError('Maximum call stack size exceeded');
      },
      fragment: () => assert.fail('There is nothing to draw'),
    },
    decorate: () => {},
    settled: () => {},
  });
  view.update('some', false);
  view.update('some text', false);
  assert.equal(tries, 1);
  const [box] = container.children;
  assert.ok(box instanceof FakeElement);
  assert.deepEqual([box.className, box.dir], ['plain', 'auto']);
  view.update('another', false);
  assert.equal(tries, 2, 'another text may be one that can be drawn');
});
