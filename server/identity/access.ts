/** The kinds of access: each one includes those before it. */
const RANK = { anonymous: 0, user: 1, admin: 2 } as const;

export type Access = keyof typeof RANK;

export function mayUse(access: Access, needed: Access): boolean {
  return RANK[access] >= RANK[needed];
}
