/** What a provider says of a person, and what a browser brings back from it, each read with distrust. */
import { SHAPES } from '../../shared/operations/common.ts';
import { normalEmail } from '../identity/user.ts';

export const CLAIM_LIMITS = { groupsMax: 2_000, groupCharactersMax: 200, subjectCharactersMax: 255 } as const;

export interface Claims {
  /** These two say who it is, and never change. */
  readonly issuer: string;
  readonly subject: string;
  /** Normalised; undefined when there is none that can be one. */
  readonly email: string | undefined;
  /** The provider says that the person has this e-mail. */
  readonly isEmailVerified: boolean;
  /** Empty when there is none that may be one. */
  readonly name: string;
  readonly groups: readonly string[];
  readonly idToken: string;
}

/** By which a browser shows that it began what it now finishes. */
export interface Ticket {
  /** The id of the issuer in the settings. */
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
}

/** Undefined for anything that is no ticket. */
export function readTicket(text: string): Ticket | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { issuer, state, nonce, verifier } = value;
  const isWhole = [issuer, state, nonce, verifier].every((one) => typeof one === 'string' && one !== '');
  return isWhole ? ({ issuer, state, nonce, verifier } as Ticket) : undefined;
}

export function claimsOf(
  claims: Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string },
  groupsClaim: string,
  idToken: string,
): Claims {
  const { iss, sub, email, email_verified: verified, name } = claims;
  const isEmail = typeof email === 'string' && SHAPES.email.pattern.test(email);
  const isName = typeof name === 'string' && SHAPES.personName.pattern.test(name.trim());
  return {
    issuer: iss,
    subject: sub,
    email: isEmail ? normalEmail(email) : undefined,
    // Some providers send it as a word.
    isEmailVerified: isEmail && (verified === true || verified === 'true'),
    name: isName ? name.trim() : '',
    groups: groupsIn(memberAt(claims, groupsClaim)),
    idToken,
  };
}

/** A name that is there as it is, such as a URL, comes before a path. */
function memberAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const name of path.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function groupsIn(value: unknown): readonly string[] {
  const { groupsMax, groupCharactersMax } = CLAIM_LIMITS;
  return [value]
    .flat()
    .filter((group) => typeof group === 'string' && group.length <= groupCharactersMax)
    .slice(0, groupsMax) as string[];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
