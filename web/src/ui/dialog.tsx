import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface DialogProps {
  readonly id: string;
  readonly title: string;
  readonly class?: string;
  readonly close: () => void;
  /** Called after the focus was given back; the element that received it may be about to be removed. */
  readonly closed?: () => void;
  readonly children: ComponentChildren;
}

/** The native dialog keeps the focus inside, closes with Escape, and gives the focus back. */
export function Dialog({ id, title, class: name = '', close, closed, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => {
      element?.close();
      closed?.();
    };
  }, []);
  return (
    <dialog ref={dialog} class={`dialog ${name}`} aria-labelledby={id} onClose={close}>
      <h2 id={id} tabIndex={-1} autofocus>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
