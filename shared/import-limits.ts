/** UTF-16 code units of one imported message, at most. */
export const IMPORTED_TEXT_MAX = 262_144;
