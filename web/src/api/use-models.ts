import { useEffect, useState } from 'preact/hooks';
import { textOf } from '../../../shared/client/message.ts';
import { useShell } from '../ui/shell.ts';

/** The models that can be named, the one that answers first. Empty until they are known. */
export function useModels(): readonly string[] {
  const { line } = useShell();
  const [models, setModels] = useState<readonly string[]>([]);
  const isReady = line.state.value.name === 'ready';
  useEffect(() => {
    if (!isReady) return undefined;
    let isWanted = true;
    void line.ask('models.list', {}).then((outcome) => {
      if (!isWanted || !outcome.ok) return;
      const { models: listed, current } = outcome.result;
      const names = Array.isArray(listed) ? listed.map(textOf) : [];
      setModels(names.toSorted((one, other) => Number(other === current) - Number(one === current)));
    });
    return () => {
      isWanted = false;
    };
  }, [isReady]);
  return models;
}
