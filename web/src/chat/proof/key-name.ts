/** The part of a verifier key that people compare: `origin+keyid`. */
export function keyName(verifierKey: string): string {
  return verifierKey.split('+').slice(0, 2).join('+');
}
