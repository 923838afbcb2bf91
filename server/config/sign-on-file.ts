/** The file of `SIGN_ON_FILE`: the providers of OpenID Connect by which people sign on. */
import { z } from 'zod';
import { TeamName, TeamRole } from '../../shared/operations/team-shapes.ts';
import type { CrossFault, Environment } from '../../shared/environment.ts';

export const SIGN_ON_FILE_LIMITS = {
  issuersMax: 20,
  nameMax: 60,
  groupsMax: 100,
  groupMax: 200,
  teamGroupsMax: 500,
  textMax: 500,
} as const;

const Text = z.string().trim().min(1).max(SIGN_ON_FILE_LIMITS.textMax);
const Groups = z
  .array(z.string().min(1).max(SIGN_ON_FILE_LIMITS.groupMax))
  .max(SIGN_ON_FILE_LIMITS.groupsMax);

/** Who is in the group is in the team. */
const TeamGroup = z.strictObject({
  group: z.string().min(1).max(SIGN_ON_FILE_LIMITS.groupMax),
  team: TeamName,
  role: TeamRole.default('member'),
});

const Issuer = z.strictObject({
  /** In the addresses `/sign-on/ID` and `/sign-on/ID/callback`. */
  id: z
    .string()
    .max(40)
    .regex(/^[a-z\d]+(?:-[a-z\d]+)*$/, 'letters in lower case, digits and hyphens'),
  /** On the button. */
  name: z.string().trim().min(1).max(SIGN_ON_FILE_LIMITS.nameMax),
  /** As in the ID tokens; its configuration is at `/.well-known/openid-configuration` below it. */
  issuer: z.string().refine(isIssuer, 'an address with https, or with http on this machine'),
  clientId: Text,
  /** The variable that has the client's secret; left out for a client without one. */
  secretVariable: z
    .string()
    .regex(/^[A-Z][A-Z\d_]{0,99}$/, 'the name of a variable, in capitals')
    .optional(),
  /** How the secret is sent to the provider: in a header, or in the body. */
  clientAuth: z.enum(['basic', 'post']).default('basic'),
  scope: Text.default('openid profile email'),
  /** Whether people without an account get one; left out: as `ALLOW_SIGNUP` says. */
  signUp: z.boolean().optional(),
  /** Whether an account that is there already is taken over by whoever has its verified e-mail. */
  linkByEmail: z.boolean().default(false),
  /** The provider answers for the e-mails of its people, although it does not say that they are verified. */
  trustEmail: z.boolean().default(false),
  /** The claim with the groups: its name, or a path such as `realm_access.roles`. */
  groupsClaim: Text.default('groups'),
  /** Only members of one of these may come in. */
  allowedGroups: Groups.optional(),
  /** Whether somebody is an administrator follows from these at each sign-on. */
  adminGroups: Groups.optional(),
  /** Whether somebody is in one of these teams follows from the groups at each sign-on. */
  teamGroups: z.array(TeamGroup).max(SIGN_ON_FILE_LIMITS.teamGroupsMax).default([]),
});

const SignOnFileSchema = z
  .strictObject({ issuers: z.array(Issuer).min(1).max(SIGN_ON_FILE_LIMITS.issuersMax) })
  .superRefine(({ issuers }, context) => {
    for (const member of ['id', 'issuer'] as const) {
      const values = issuers.map((issuer) => issuer[member]);
      for (const [index, value] of values.entries()) {
        if (values.indexOf(value) === index) continue;
        const message = `"${value}" is there twice`;
        context.addIssue({ code: 'custom', path: ['issuers', index, member], message });
      }
    }
  });

export type IssuerSetting = Readonly<z.output<typeof Issuer>>;

export interface SignOnFault {
  /** Such as `issuers[1].clientId`. */
  readonly path: string;
  readonly message: string;
}

/** The issuers, or all faults of the file. */
export function readSignOnFile(
  text: string,
): { readonly issuers: readonly IssuerSetting[] } | readonly SignOnFault[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return [{ path: '', message: `not JSON (${(error as Error).message})` }];
  }
  const result = SignOnFileSchema.safeParse(json);
  if (result.success) return result.data;
  return result.error.issues.map(({ path, message }) => ({ path: pathText(path), message }));
}

/** The secrets are in variables of their own, and people have to be led back to an address. */
export function signOnFaults(
  { issuers, publicUrl }: { readonly issuers: readonly IssuerSetting[]; readonly publicUrl: unknown },
  environment: Environment,
): CrossFault[] {
  const noSecret = issuers.flatMap(({ id, secretVariable: name }): CrossFault[] => {
    if (name === undefined || (environment[name] ?? '').trim() !== '') return [];
    const expected = `the secret of the issuer "${id}" in SIGN_ON_FILE`;
    return [{ name, expected, found: 'nothing', others: ['SIGN_ON_FILE'] }];
  });
  if (issuers.length === 0 || publicUrl !== undefined) return noSecret;
  const expected = 'the address of the page, to which the issuers in SIGN_ON_FILE lead back';
  return [...noSecret, { name: 'PUBLIC_URL', expected, found: 'nothing', others: ['SIGN_ON_FILE'] }];
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function isIssuer(value: string): boolean {
  const url = URL.parse(value);
  if (!url || url.search !== '' || url.hash !== '' || url.username !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
}

function pathText(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return parts.join('').replace(/^\./, '');
}
