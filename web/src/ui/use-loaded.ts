import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const RETRY_MS = 3_000;

/** A component of a chunk of its own, loaded once it is wanted; undefined until it has come. */
export function useLoaded<Props>(
  isWanted: boolean,
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> | undefined {
  const [part, setPart] = useState<{ readonly Part: ComponentType<Props> } | undefined>(undefined);
  const [failures, setFailures] = useState(0);
  useEffect(() => {
    if (!isWanted || part) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    load().then(
      (Part) => setPart({ Part }),
      () => {
        timer = setTimeout(() => setFailures((before) => before + 1), RETRY_MS);
      },
    );
    return () => clearTimeout(timer);
  }, [isWanted, failures]);
  return part?.Part;
}
