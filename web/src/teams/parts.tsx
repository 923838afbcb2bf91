/** What the parts of the page for teams share. */
import { useEffect, useState } from 'preact/hooks';
import { useLanguage, type TeamsTextKey } from './teams-texts.ts';

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
  useEffect(() => setAsked(false), [props.about]);
  const words = t(isAsked ? props.sure : props.text);
  return (
    <button
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
