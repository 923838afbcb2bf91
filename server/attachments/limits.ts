/** Limits of attachments that are not configurable; `shared/attachments.ts` has those that clients know. */
export const ATTACHMENT_READING = {
  /** Of an image as it is sent and kept. Its sides are shortened until it fits. */
  imageBytesMax: 768 * 1024,
  /** Models see no more than this. */
  imageSideMax: 1_568,
  /** Contents of messages under way, in all (bytes of images, UTF-16 code units of texts). */
  heldMax: 96 * 1024 * 1024,
  heldRetryMs: 2_000,
  /** Images of earlier messages that a model is sent again; of those before them it is told the names. */
  earlierImagesMax: 4,
} as const;
