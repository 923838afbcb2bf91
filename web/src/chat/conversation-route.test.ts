import assert from 'node:assert/strict';
import { it } from 'node:test';
import { signal } from '@preact/signals';
import { Router } from '../ui/router.ts';
import { EMPTY_CHAT, NEW_CONVERSATION, type ChatState } from './chat-state.ts';
import { followAddress } from './conversation-route.ts';
import type { Opening } from './opener.ts';

class FakeWindow {
  readonly location: { href: string };
  readonly history = {
    pushState: (_: unknown, __: string, url?: string | URL | null) => this.#set(url),
    replaceState: (_: unknown, __: string, url?: string | URL | null) => this.#set(url),
  };
  #changed = () => {};

  constructor(href: string) {
    this.location = { href };
  }

  addEventListener(_: 'popstate', run: () => void): void {
    this.#changed = run;
  }

  /** Back or forward. */
  move(path: string): void {
    this.#set(`https://h/${path}`);
    this.#changed();
  }

  #set(url: string | URL | null | undefined): void {
    this.location.href = String(url);
  }
}

function setUp(path: string, conversation?: string) {
  const window = new FakeWindow(`https://h/${path}`);
  const router = new Router(window, new URL('https://h/'));
  const chat = signal<ChatState>({ ...EMPTY_CHAT, conversation });
  const opening = signal<Opening>({ name: 'none' });
  const done: string[] = [];
  const show = (id: string) => {
    chat.value = { ...chat.peek(), conversation: id };
  };
  const opener = {
    opening,
    open: (id: string) => {
      done.push(`open ${id}`);
      show(id);
      return Promise.resolve();
    },
  };
  const startNewConversation = () => {
    done.push('new');
    show(NEW_CONVERSATION);
  };
  // Only what is used of the store is there.
  const store = { chat, opener, startNewConversation } as unknown as Parameters<typeof followAddress>[0];
  followAddress(store, router);
  const path_ = () => new URL(window.location.href).pathname;
  return { window, router, show, opening, done, path: path_ };
}

it('names what is shown, also when it gets its id later', () => {
  assert.equal(setUp('', 'a').path(), '/c/a');
  const { show, path, done } = setUp('');
  assert.equal(path(), '/');
  show('b');
  assert.equal(path(), '/c/b');
  assert.deepEqual(done, []);
});

it('opens what the address names, and follows back and forward', () => {
  const { window, router, path, done } = setUp('c/b', 'a');
  assert.deepEqual(done, ['open b']);
  assert.equal(path(), '/c/b');
  router.go({ name: 'chat', conversation: 'c' });
  window.move('c/b');
  assert.deepEqual(done, ['open b', 'open c', 'open b']);
  window.move('');
  assert.equal(done.at(-1), 'new');
  assert.equal(path(), '/');
});

it('comes back from another part of the page to what was shown', () => {
  const { router, path, done } = setUp('', 'a');
  router.go({ name: 'app', page: 'account' });
  assert.equal(path(), '/app/account');
  router.go({ name: 'chat' });
  assert.equal(path(), '/c/a');
  assert.deepEqual(done, []);
});

it('keeps the address of what is not here, and leaves it with the next conversation', () => {
  const { opening, show, path } = setUp('c/gone', 'a');
  opening.value = { name: 'unknown', conversation: 'gone' };
  show(NEW_CONVERSATION);
  assert.equal(path(), '/c/gone');
  show('next');
  assert.equal(path(), '/c/next');
});

it('shows no address of a conversation that the server has forgotten', () => {
  const { show, path, done } = setUp('c/a', 'a');
  show(NEW_CONVERSATION);
  assert.equal(path(), '/');
  assert.deepEqual(done, []);
});
