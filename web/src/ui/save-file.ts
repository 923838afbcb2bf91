/** Hands a file to the reader. */
export function saveFile(name: string, type: string, ...content: readonly string[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([...content], { type }));
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The letters and digits of a title, so that every system takes it. */
export function fileName(title: string): string {
  return (
    title
      .replaceAll(/[^\p{L}\p{N} _-]+/gu, '')
      .trim()
      .slice(0, 60) || 'hilo'
  );
}
