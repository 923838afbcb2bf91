/** Limits of documents. What reads them runs in threads of its own, which are ended when they break one. */
export const DOCUMENT_LIMITS = {
  /** Documents that are read at once, and those that wait. */
  threadsMax: 2,
  waitingMax: 16,
  busyRetryMs: 5_000,
  /** From the start of the thread to the last page. */
  readMs: 60_000,
  /** Of the thread: JavaScript's own heap … */
  heapMiB: 256,
  youngHeapMiB: 32,
  stackMiB: 4,
  /** … and what is beside it, such as unpacked streams; looked at this often. */
  bufferBytesMax: 256 * 1024 * 1024,
  lookMs: 50,
  /** Of the text (UTF-16 code units). */
  charactersMax: 4 * 1024 * 1024,
  pagesMax: 2_000,
  /** Of a DOCX, which is a ZIP file. */
  entriesMax: 2_000,
  unpackedBytesMax: 64 * 1024 * 1024,
  /** Elements of a page, and how deep they may stand in each other for its article to be looked for. */
  elementsMax: 100_000,
  depthMax: 256,
} as const;
