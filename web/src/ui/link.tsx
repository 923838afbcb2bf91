import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import type { Place } from './router.ts';
import { useShell } from './shell.ts';

export interface LinkProps {
  readonly to: Place;
  readonly class?: string;
  readonly title?: string;
  /** The name of a link without words. */
  readonly label?: string;
  readonly isCurrent?: boolean;
  /** Before the place changes. */
  readonly onFollow?: () => void;
  readonly children: ComponentChildren;
}

/** A real link: it can be opened in another tab and copied; a plain click stays in the page. */
export function Link({ to, isCurrent = false, label, onFollow, children, ...rest }: LinkProps) {
  const { router } = useShell();
  const clicked = (event: TargetedMouseEvent<HTMLAnchorElement>) => {
    if (isForBrowser(event)) return;
    event.preventDefault();
    onFollow?.();
    router.go(to);
  };
  return (
    <a
      {...rest}
      href={router.href(to)}
      aria-label={label}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={clicked}
    >
      {children}
    </a>
  );
}

/** With these, people ask for another tab, another window or a download. */
function isForBrowser(event: MouseEvent): boolean {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
