import { computed } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useChat, type ProofParts } from './context.ts';

/** Dialogs about proofs are drawn here: the conversation may leave out what is not in sight. */
export function PanelHost() {
  const { store, panel, loadProof } = useChat();
  const [module, setModule] = useState<ProofParts | undefined>(undefined);
  const shown = panel.value;
  const turnId = shown?.name === 'proof' ? shown.turnId : undefined;
  const turn = useMemo(
    () => computed(() => store.chat.value.pages.flat().find(({ id }) => id === turnId)),
    [store, turnId],
  ).value;
  useEffect(() => {
    if (!shown || module) return;
    // Without a connection there is nothing to show; the reader can ask again.
    loadProof().then(
      (loaded) => setModule(loaded),
      () => {
        panel.value = undefined;
      },
    );
  }, [shown]);
  if (!shown || !module) return null;
  const close = () => {
    panel.value = undefined;
  };
  if (shown.name === 'alarm') return <module.AlarmDialog close={close} />;
  return turn?.kind === 'turn' ? <module.ProofPanel key={turn.id} turn={turn} close={close} /> : null;
}
