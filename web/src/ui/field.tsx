import type { InputHTMLAttributes, TargetedInputEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { REQUEST_TEXTS } from './request-texts.ts';
import { useTexts } from './shell.ts';
import './styles/field.css';

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly type?: 'text' | 'email' | 'password' | 'number' | 'search';
  readonly autocomplete?: InputHTMLAttributes['autocomplete'];
  readonly hint?: string | undefined;
  readonly required?: boolean;
  readonly min?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** A field with its label above it. A password can be shown while it is typed. */
export function Field({ label, value, change, type = 'text', hint, ...rest }: FieldProps) {
  const { t } = useTexts(REQUEST_TEXTS);
  const id = useId();
  const [isShown, setShown] = useState(false);
  const isSecret = type === 'password';
  // The types of the attributes know each type of field by itself.
  const input = {
    ...rest,
    id,
    type: isSecret && isShown ? 'text' : type,
    value,
    spellcheck: false,
    autocapitalize: 'none',
    'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => change(event.currentTarget.value),
  } as InputHTMLAttributes;
  return (
    <div class="labelled">
      <label for={id}>{label}</label>
      <input {...input} />
      {hint !== undefined && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
      {isSecret && (
        <label class="field-show">
          <input
            type="checkbox"
            checked={isShown}
            onChange={(event) => setShown(event.currentTarget.checked)}
          />
          {t('field.showPassword')}
        </label>
      )}
    </div>
  );
}

/** Why it did not work, told at once to those who cannot see it. */
export function Fault({ text }: { text: string | undefined }) {
  return (
    <div class="fault-place" role="alert">
      {text !== undefined && <p class="fault">{text}</p>}
    </div>
  );
}
