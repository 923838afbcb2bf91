/** Shapes of administration. */
export const ADMIN_LIMITS = {
  pageDefault: 50,
  pageMax: 200,
  /** Sessions that are shown at once. */
  sessionsMax: 200,
  queryCharactersMax: 100,
} as const;
