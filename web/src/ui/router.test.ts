import assert from 'node:assert/strict';
import { it } from 'node:test';
import { placeAt, Router, type Place } from './router.ts';

const ROOT = new URL('https://hilo.test/chat/');

function windowAt(href: string) {
  const visited: string[] = [];
  const location = { href };
  let popped = () => {};
  const goTo = (_: unknown, __: string, url?: string | URL | null) => {
    location.href = String(url);
    visited.push(location.href);
  };
  return {
    visited,
    location,
    history: { pushState: goTo, replaceState: goTo },
    addEventListener: (_: 'popstate', run: () => void) => {
      popped = run;
    },
    back(to: string) {
      location.href = to;
      popped();
    },
  };
}

it('reads its own addresses back, whatever an id is made of', () => {
  const router = new Router(windowAt(ROOT.href), ROOT);
  const places: Place[] = [
    { name: 'chat' },
    { name: 'chat', conversation: '0193a5c1' },
    { name: 'chat', conversation: 'a b/ç?#%' },
    { name: 'app', page: 'sign-in' },
    { name: 'app', page: 'sign-in', next: 'api' },
    { name: 'share', share: 'x_-9' },
  ];
  for (const place of places) assert.deepEqual(placeAt(new URL(router.href(place)), ROOT), place);
});

it('leads to the conversation from an address that is none of its own', () => {
  for (const path of ['/', '/chat', '/chat/c/', '/chat/c/%ff', '/chat/x/y'])
    assert.deepEqual(placeAt(new URL(path, ROOT), ROOT), { name: 'chat' }, path);
});

it('says of an address within the page that there is nothing', () => {
  for (const path of ['/chat/app/nothing', '/chat/c/a/b', '/chat/app/account/more'])
    assert.deepEqual(placeAt(new URL(path, ROOT), ROOT), { name: 'app', page: 'missing' }, path);
});

it('goes to a place once, and follows the browser back', () => {
  const window = windowAt(`${ROOT.href}c/one`);
  const router = new Router(window, ROOT);
  assert.deepEqual(router.place.value, { name: 'chat', conversation: 'one' });
  router.go({ name: 'app', page: 'account' });
  router.go({ name: 'app', page: 'account' });
  router.replace({ name: 'app', page: 'sign-in' });
  assert.deepEqual(window.visited, [
    'https://hilo.test/chat/app/account',
    'https://hilo.test/chat/app/sign-in',
  ]);
  assert.deepEqual(router.place.value, { name: 'app', page: 'sign-in' });
  window.back(`${ROOT.href}c/one`);
  assert.deepEqual(router.place.value, { name: 'chat', conversation: 'one' });
});
