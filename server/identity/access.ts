/**
 * The kinds of access: each one includes those before it. `public` is for visitors where guests are not
 * allowed: they may sign in, and little else.
 */
const RANK = { public: 0, anonymous: 1, user: 2, admin: 3 } as const;

export type Access = keyof typeof RANK;

export function mayUse(access: Access, needed: Access): boolean {
  return RANK[access] >= RANK[needed];
}
