/** The names of artefacts: paths with slashes, the same on the file system and on S3. */

export const KEY_CHARACTERS_MAX = 512;

/** No segment begins with a dot: none leads upwards, and the store's own files have names of their own. */
const KEY = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

export function isArtifactKey(key: string): boolean {
  return key.length <= KEY_CHARACTERS_MAX && KEY.test(key);
}

/** The key itself. Throws when it could lead out of the store. */
export function checkedKey(key: string): string {
  if (isArtifactKey(key)) return key;
  throw new Error(`Not a key of an artefact: ${JSON.stringify(key.slice(0, 80))}`);
}

/** A prefix is the beginning of a key, or empty, and may end in a slash. */
export function checkedPrefix(prefix: string): string {
  if (prefix !== '') checkedKey(prefix.replace(/\/$/, ''));
  return prefix;
}
