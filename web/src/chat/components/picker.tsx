import { useEffect, useState } from 'preact/hooks';
import { isErrorKey, type RpcFailure } from '../../../../shared/client/message.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { failureText } from '../../ui/i18n.ts';
import { Icon } from '../../ui/icons.tsx';
import { readableText } from '../../ui/readable-text.ts';
import { useShell } from '../../ui/shell.ts';
import type { Choosable } from '../choices.ts';
import { useChat, useLanguage } from './context.ts';
import '../styles/picker.css';

const INSTRUCTIONS_CHARACTERS_MAX = 4_000;

/** Says who answers, and leads to where that is chosen. */
export function Picker() {
  const { choices } = useChat();
  const { line, preferences } = useShell();
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const isReady = line.state.value.name === 'ready';
  const locale = preferences.locale.value;
  useEffect(() => {
    // The names of personas come in the reader's language.
    if (isReady) void choices.refresh();
  }, [isReady, locale]);
  const answers = choices.answers.value;
  if (!answers) return null;
  const persona = choices.persona.value?.name ?? '';
  const model = answers.isCompanion ? t('picker.companion') : answers.model;
  const shown = readableText(persona === '' ? model : persona);
  const label = t('picker.label', { who: readableText(persona === '' ? model : `${persona}, ${model}`) });
  return (
    <>
      <button
        type="button"
        class="picker"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Icon name="tune" />
        <span class="picker-name" dir="auto">
          {shown}
        </span>
      </button>
      {isOpen && <PickerDialog close={() => setOpen(false)} />}
    </>
  );
}

function PickerDialog({ close }: { close: () => void }) {
  const { choices } = useChat();
  const { speech } = useShell();
  const { t } = useLanguage();
  const choosable = choices.choosable.value;
  const [instructions, setInstructions] = useState<string | undefined>(undefined);
  const [failure, setFailure] = useState<RpcFailure | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const { route, persona } = choices.chosen.value;
  useEffect(() => {
    void choices.instructions().then((text) => {
      if (text === undefined) setFailure({ reason: 'disconnected', message: '', values: {} });
      else setInstructions(text);
    });
  }, []);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy || instructions === undefined || !(event.target instanceof HTMLFormElement)) return;
    const given = new FormData(event.target);
    const textOf = (name: string) => {
      const value = given.get(name);
      return typeof value === 'string' ? value : '';
    };
    setBusy(true);
    const failed = await choices.choose({
      route: textOf('route'),
      persona: textOf('persona'),
      instructions: textOf('instructions'),
    });
    setBusy(false);
    setFailure(failed);
    if (failed) return;
    speech.say(t('picker.saved'));
    close();
  };
  return (
    <Dialog id="picker-title" title={t('picker.title')} class="picker-dialog" close={close}>
      <form class="picker-form" onSubmit={(event) => void save(event)}>
        {choosable && <Selects choosable={choosable} route={route} persona={persona} />}
        <label>
          <span>{t('picker.instructions')}</span>
          <textarea
            class="picker-field"
            name="instructions"
            rows={4}
            maxLength={INSTRUCTIONS_CHARACTERS_MAX}
            disabled={instructions === undefined}
            defaultValue={instructions}
            dir="auto"
          />
        </label>
        <p class="picker-hint">{t('picker.hint')}</p>
        <PickerFault failure={failure} />
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={close}>
            {t('picker.cancel')}
          </button>
          <button type="submit" class="button button-strong" aria-disabled={isBusy}>
            {t('picker.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface SelectsProps {
  readonly choosable: Choosable;
  readonly route: string;
  readonly persona: string;
}

function Selects({ choosable: { models, standard, personas }, route, persona }: SelectsProps) {
  const { t } = useLanguage();
  return (
    <>
      <label>
        <span>{t('picker.model')}</span>
        <select class="picker-field" name="route">
          <option value="" selected={route === ''}>
            {t('picker.standard', { model: readableText(standard) })}
          </option>
          {models.map((id) => (
            <option key={id} value={id} selected={id === route}>
              {readableText(id)}
            </option>
          ))}
        </select>
      </label>
      {personas.length > 0 && (
        <label>
          <span>{t('picker.persona')}</span>
          <select class="picker-field" name="persona">
            <option value="" selected={persona === ''}>
              {t('picker.noPersona')}
            </option>
            {personas.map(({ id, name }) => (
              <option key={id} value={id} selected={id === persona}>
                {readableText(name)}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

function PickerFault({ failure }: { failure: RpcFailure | undefined }) {
  const { locale, t } = useLanguage();
  if (!failure) return null;
  const { reason, values, message } = failure;
  return (
    <p class="dialog-fault" role="alert">
      {isErrorKey(reason) ? failureText(locale, reason, values, message) : t('reason.network')}
    </p>
  );
}
