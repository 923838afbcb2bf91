/**
 * Where the reader is. Each place has an address of its own, which can be opened, reloaded and passed on; the
 * browser's own back and forward lead through them.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';

/** Work beside the conversation. */
export const WORK_PAGES = ['summaries', 'images', 'jobs'] as const;
export type WorkPage = (typeof WORK_PAGES)[number];
export const APP_PAGES = [
  'account',
  'sign-in',
  'register',
  'reset',
  'erased',
  'api',
  'usage',
  'teams',
  'signed-on',
  'admin',
  /** Of an address that is none. */
  'missing',
  ...WORK_PAGES,
] as const;
export type AppPage = (typeof APP_PAGES)[number];

export type Place =
  /** `conversation` is undefined where the newest one is shown, or a new one begins. */
  | {
      readonly name: 'chat';
      readonly conversation?: string;
      /** The message to show first. */
      readonly message?: string;
    }
  /** `next` is where a sign-in leads. */
  | {
      readonly name: 'app';
      readonly page: AppPage;
      readonly next?: AppPage;
      /** Of the pages for administrators; of a team, its id. */
      readonly section?: string;
    }
  | { readonly name: 'share'; readonly share: string };

/** What the router needs of a window. */
export interface PlaceWindow {
  readonly location: Pick<Location, 'href'>;
  readonly history: Pick<History, 'pushState' | 'replaceState'>;
  addEventListener(name: 'popstate', run: () => void): void;
}

export class Router {
  readonly place: ReadonlySignal<Place>;
  /** The address of the page's root; it ends with a slash. */
  readonly root: URL;
  readonly #place: Signal<Place>;
  readonly #window: PlaceWindow;

  constructor(window: PlaceWindow, root: URL) {
    this.root = root;
    this.#window = window;
    this.#place = signal(placeAt(new URL(window.location.href), root));
    this.place = this.#place;
    window.addEventListener('popstate', () => {
      this.#place.value = placeAt(new URL(window.location.href), root);
    });
  }

  href(place: Place): string {
    return new URL(pathOf(place), this.root).href;
  }

  go(place: Place): void {
    if (isSame(place, this.#place.peek())) return;
    this.#window.history.pushState(null, '', this.href(place));
    this.#place.value = place;
  }

  /** The address changes, and back does not lead to the one before. */
  replace(place: Place): void {
    if (isSame(place, this.#place.peek())) return;
    this.#window.history.replaceState(null, '', this.href(place));
    this.#place.value = place;
  }
}

/** What addresses of the page begin with. */
const AREAS = ['c', 's', 'app'];
const MISSING: Place = { name: 'app', page: 'missing' };

/** An address outside the page leads to the conversation; one within that is no place says so. */
export function placeAt(address: URL, root: URL): Place {
  if (address.origin !== root.origin || !address.pathname.startsWith(root.pathname)) return { name: 'chat' };
  const [first = '', second = '', ...more] = address.pathname.slice(root.pathname.length).split('/');
  const id = decoded(second);
  const [section] = more;
  if (id === '' || !AREAS.includes(first)) return { name: 'chat' };
  if (more.length > (id === 'admin' || id === 'teams' ? 1 : 0)) return MISSING;
  const message = address.searchParams.get('m') ?? '';
  if (first === 'c') return { name: 'chat', conversation: id, ...(message !== '' && { message }) };
  if (first === 's') return { name: 'share', share: id };
  const page = first === 'app' ? pageOf(id) : undefined;
  const next = pageOf(address.searchParams.get('next'));
  return page ? { name: 'app', page, ...(next && { next }), ...(section && { section }) } : MISSING;
}

export function isWorkPage(page: AppPage): page is WorkPage {
  return WORK_PAGES.some((one) => one === page);
}

function pageOf(name: string | null): AppPage | undefined {
  return APP_PAGES.find((one) => one === name);
}

/** Relative to the root. */
function pathOf(place: Place): string {
  switch (place.name) {
    case 'chat':
      return place.conversation === undefined ? '.' : chatPath(place.conversation, place.message);
    case 'app':
      return `app/${place.page}${part('/', place.section)}${part('?next=', place.next)}`;
    case 'share':
      return `s/${encodeURIComponent(place.share)}`;
  }
}

function part(mark: string, text: string | undefined): string {
  return text === undefined ? '' : mark + text;
}

function chatPath(conversation: string, message: string | undefined): string {
  const path = `c/${encodeURIComponent(conversation)}`;
  return message === undefined ? path : `${path}?m=${encodeURIComponent(message)}`;
}

function isSame(one: Place, other: Place): boolean {
  return pathOf(one) === pathOf(other);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
