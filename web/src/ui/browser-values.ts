/** The part of `Storage` that is used. */
export interface KeyValues {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The browser's storage, or memory where the browser forbids it: then nothing outlives the page. */
export function browserValues(open: () => KeyValues): KeyValues {
  try {
    const values = open();
    values.setItem('hilo.probe', '');
    values.removeItem('hilo.probe');
    return values;
  } catch {
    return memoryValues();
  }
}

export function memoryValues(): KeyValues {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}
