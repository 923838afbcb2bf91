import type { TargetedKeyboardEvent } from 'preact';
import { useState } from 'preact/hooks';
import { useLanguage, type ApiTextKey } from './api-texts.ts';
import { PROGRAMS, snippetsFor, type ExampleInput, type Program, type Snippet } from './examples.ts';
import { Choice } from '../ui/choice.tsx';
import { CopyBlock } from './snippet.tsx';

export interface ExamplesSectionProps {
  readonly example: ExampleInput;
  readonly models: readonly string[];
  readonly choose: (model: string) => void;
}

export function ExamplesSection({ example, models, choose }: ExamplesSectionProps) {
  const { t } = useLanguage();
  const [program, setProgram] = useState<Program>('curl');
  const nameOf = ({ place, file }: Snippet) => file ?? t(`example.${place}` as ApiTextKey);
  return (
    <section class="api-card" aria-labelledby="api-examples">
      <h3 id="api-examples">{t('example.title')}</h3>
      {models.length > 1 && (
        <Choice
          label={t('example.model')}
          value={example.model}
          options={models.map((model) => [model, model])}
          change={choose}
        />
      )}
      <Tabs chosen={program} choose={setProgram} />
      <div
        id="api-example"
        class="api-example"
        role="tabpanel"
        aria-labelledby={`api-tab-${program}`}
        key={program}
      >
        <p class="quiet">{t(`note.${program}`)}</p>
        {snippetsFor(program, example).map((snippet) => (
          <CopyBlock key={nameOf(snippet)} name={nameOf(snippet)} text={snippet.text} />
        ))}
      </div>
    </section>
  );
}

interface TabsProps {
  readonly chosen: Program;
  readonly choose: (program: Program) => void;
}

/** One stop for the tabulator; the arrows lead from program to program. */
function Tabs({ chosen, choose }: TabsProps) {
  const { t } = useLanguage();
  const pressed = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const to = neighbourOf(chosen, event.key);
    if (!to) return;
    event.preventDefault();
    choose(to);
    event.currentTarget.querySelector<HTMLElement>(`#api-tab-${to}`)?.focus();
  };
  return (
    <div class="api-tabs" role="tablist" aria-label={t('example.programs')} onKeyDown={pressed}>
      {PROGRAMS.map((program) => (
        <button
          key={program}
          id={`api-tab-${program}`}
          type="button"
          role="tab"
          aria-selected={program === chosen}
          aria-controls={program === chosen ? 'api-example' : undefined}
          tabIndex={program === chosen ? 0 : -1}
          onClick={() => choose(program)}
        >
          {t(`program.${program}`)}
        </button>
      ))}
    </div>
  );
}

function neighbourOf(program: Program, key: string): Program | undefined {
  const at = PROGRAMS.indexOf(program);
  const last = PROGRAMS.length - 1;
  switch (key) {
    case 'ArrowRight':
      return PROGRAMS[at === last ? 0 : at + 1];
    case 'ArrowLeft':
      return PROGRAMS[at === 0 ? last : at - 1];
    case 'Home':
      return PROGRAMS[0];
    case 'End':
      return PROGRAMS[last];
    default:
      return undefined;
  }
}
