import type { InputHTMLAttributes, TargetedInputEvent } from 'preact';
import { useId } from 'preact/hooks';

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly hint?: string | undefined;
  readonly isSearch?: boolean;
  readonly maxLength?: number;
  readonly required?: boolean;
}

export function Field({ label, value, change, hint, isSearch = false, ...rest }: FieldProps) {
  const id = useId();
  // The types of the attributes know each type of field by itself.
  const input = {
    ...rest,
    id,
    type: isSearch ? 'search' : 'text',
    value,
    autocomplete: 'off',
    spellcheck: false,
    autocapitalize: 'none',
    'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => change(event.currentTarget.value),
  } as InputHTMLAttributes;
  return (
    <div class="api-field">
      <label for={id}>{label}</label>
      <input {...input} />
      {hint !== undefined && (
        <p id={`${id}-hint`} class="api-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Why it did not work, told at once to those who cannot see it. */
export function Fault({ text }: { text: string | undefined }) {
  return <div role="alert">{text !== undefined && <p class="api-fault">{text}</p>}</div>;
}

export interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly change: (value: string) => void;
}

export function Choice({ label, value, options, change }: ChoiceProps) {
  const id = useId();
  return (
    <div class="api-field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => change(event.currentTarget.value)}>
        {options.map(([name, text]) => (
          <option key={name} value={name} selected={name === value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
