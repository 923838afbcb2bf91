import type { ComponentChildren } from 'preact';

export type IconName =
  | 'send'
  | 'stop'
  | 'copy'
  | 'check'
  | 'down'
  | 'sun'
  | 'moon'
  | 'system'
  | 'new'
  | 'again'
  | 'edit'
  | 'left'
  | 'right'
  | 'save'
  | 'erase'
  | 'person'
  | 'list'
  | 'close'
  | 'more'
  | 'folder'
  | 'pin'
  | 'tune'
  | 'temporary'
  | 'sealEmpty'
  | 'sealWhole'
  | 'sealUnknown'
  | 'sealBroken';

const SHAPES: Readonly<Record<IconName, ComponentChildren>> = {
  send: <path d="M12 19V5.500M6 11.500l6-6 6 6" />,
  stop: <rect x="7" y="7" width="10" height="10" rx="2" fill="currentColor" />,
  copy: (
    <>
      <rect x="9" y="9" width="10.500" height="10.500" rx="2.500" />
      <path d="M15 5.500A1.500 1.500 0 0 0 13.500 4H6a2 2 0 0 0-2 2v7.500A1.500 1.500 0 0 0 5.500 15" />
    </>
  ),
  check: <path d="M5 12.500l4.500 4.500L19 7.500" />,
  down: <path d="M12 5v13M6.500 12.500 12 18l5.500-5.500" />,
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21" />
      <path d="M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100" />
      <path d="M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100" />
    </>
  ),
  moon: <path d="M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10Z" />,
  system: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 4a8 8 0 0 1 0 16Z" fill="currentColor" />
    </>
  ),
  new: <path d="M12 5.500v13M5.500 12h13" />,
  again: <path d="M19 12a7 7 0 1 1-2.200-5.100M19 4v4.500h-4.500" />,
  edit: (
    <>
      <path d="M5 19l.900-4L16 4.900a1.500 1.500 0 0 1 2.100 0l1 1a1.500 1.500 0 0 1 0 2.100L9 18.100Z" />
      <path d="M14.200 6.700l3.100 3.100" />
    </>
  ),
  left: <path d="M14 6.500 8.500 12l5.500 5.500" />,
  right: <path d="M10 6.500 15.500 12 10 17.500" />,
  save: <path d="M12 4.500v10M7.500 10.500 12 15l4.500-4.500M5 19.500h14" />,
  erase: <path d="M5 6.500h14M9.500 6.500v-2h5v2M7 6.500l1 13h8l1-13M10.500 10v6M13.500 10v6" />,
  more: <path d="M5.500 12h.01M12 12h.01M18.500 12h.01" stroke-width="2.500" />,
  folder: <path d="M4 18V6.500h6l2 2.500h8v9Z" />,
  pin: <path d="M9 4.500h6M10 4.500v5.500l-2.500 3.500h9L14 10V4.500M12 13.500V20" />,
  tune: (
    <>
      <path d="M4.500 8h8M17 8h2.500M4.500 16H7M11.500 16h8" />
      <circle cx="14.750" cy="8" r="2.250" />
      <circle cx="9.250" cy="16" r="2.250" />
    </>
  ),
  temporary: (
    <>
      <circle cx="12" cy="12" r="7.500" stroke-dasharray="2.900 3" />
      <path d="M12 8v4.300l2.700 1.700" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8.500" r="3.750" />
      <path d="M5 19.500c.700-3.700 3.500-5.500 7-5.500s6.300 1.800 7 5.500" />
    </>
  ),
  list: <path d="M4.500 7h15M4.500 12h15M4.500 17h9" />,
  close: <path d="M6.500 6.500l11 11M17.500 6.500l-11 11" />,
  // The shapes differ, so that colour is never the only difference.
  sealEmpty: <circle cx="12" cy="12" r="8" stroke-dasharray="3.500 2.800" />,
  sealWhole: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M8.500 12.300l2.500 2.500 4.700-5" />
    </>
  ),
  sealUnknown: (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M8.500 12h7" />
    </>
  ),
  sealBroken: (
    <>
      <path d="M12 3.500 21 19.500H3Z" />
      <path d="M12 10v4.500M12 17v.2" />
    </>
  ),
};

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {SHAPES[name]}
    </svg>
  );
}

/** The project's logo: a thread. */
export function Thread({ class: name }: { class: string }) {
  return (
    <svg class={name} viewBox="0 0 40 16" aria-hidden="true" focusable="false">
      <path pathLength="100" d="M2 10c4.500 0 4.500-6 9-6s4.500 8 9 8 4.500-8 9-8 4.500 6 9 6" />
    </svg>
  );
}
