/** What the chunk for attachments gives to the page, which is drawn before it is there. */
import type { ComponentType } from 'preact';
import type { Turn } from '../turn.ts';

export interface AttachParts {
  /** Above the field: what is attached, and what takes pastes and drops. */
  readonly Tray: ComponentType;
  /** Beside the field. */
  readonly AttachButton: ComponentType;
  /** Below a message that was sent. */
  readonly TurnFiles: ComponentType<{ turn: Turn }>;
  /** Sends the draft with what is attached. */
  submit(): void;
}
