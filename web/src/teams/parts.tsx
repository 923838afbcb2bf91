/** What the parts of the page for teams share. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useLanguage, type TeamsTextKey } from './teams-texts.ts';

export function Choice<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly change: (value: Value) => void;
}) {
  const id = useId();
  return (
    <div class="labelled">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        onChange={({ currentTarget }) => {
          const chosen = props.options[currentTarget.selectedIndex];
          if (chosen) props.change(chosen[0]);
        }}
      >
        {props.options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A deed that is asked for twice; to leave the button is to think better of it. */
export function SureButton(props: {
  readonly text: TeamsTextKey;
  readonly sure: TeamsTextKey;
  /** What it is about, for those who hear the button alone. */
  readonly about?: string;
  readonly run: () => void;
}) {
  const { t } = useLanguage();
  const [isAsked, setAsked] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => setAsked(false), [props.about]);
  const words = t(isAsked ? props.sure : props.text);
  return (
    <button
      ref={button}
      type="button"
      class="button"
      aria-label={props.about === undefined ? undefined : `${words}: ${props.about}`}
      onBlur={() => setAsked(false)}
      onClick={() => {
        if (isAsked) props.run();
        else setAsked(true);
      }}
    >
      {words}
    </button>
  );
}
