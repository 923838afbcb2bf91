/** Access tokens, and what is tried with forged ones. */
import assert from 'node:assert/strict';
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import { ManualClock } from '../../shared/clock.ts';
import { ACCESS_TOKEN_SECONDS, AccessTokens } from './access-tokens.ts';

const START = 1_800_000_000_000;
const CLAIMS = { user: 'u1', login: 'l1' };

let folder: string;
let path: string;
let clock: ManualClock;
let tokens: AccessTokens;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-jwt-'));
  path = join(folder, 'keys', 'jwt.key');
  clock = new ManualClock(START);
  tokens = await AccessTokens.open(path, clock);
});

after(() => rm(folder, { recursive: true }));

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** What a token of ours says, with changes. */
function payload(changes: object = {}): Record<string, unknown> {
  const seconds = START / 1_000;
  const times = { iat: seconds, exp: seconds + 60 };
  return { iss: 'hilo', aud: 'hilo', sub: 'u1', sid: 'l1', ...times, ...changes };
}

/** Signed with the real key. */
async function signed(changes: object, header: object = {}): Promise<string> {
  const protectedHeader = { alg: 'RS256', typ: 'at+jwt', kid: tokens.published.kid, ...header };
  const key = createPrivateKey(await readFile(path, 'utf8'));
  return new SignJWT(payload(changes)).setProtectedHeader(protectedHeader).sign(key);
}

async function reasonOf(token: string): Promise<string> {
  return tokens.read(token).then(
    () => 'accepted',
    (error: { key: string }) => error.key,
  );
}

test('a token says whose it is until it expires', async () => {
  const token = await tokens.issue(CLAIMS);
  const expiresAt = START + ACCESS_TOKEN_SECONDS * 1_000;
  assert.deepEqual(await tokens.read(token), { ...CLAIMS, expiresAt });
  const later = await AccessTokens.open(path, new ManualClock(expiresAt - 1_000));
  assert.deepEqual(await later.read(token), { ...CLAIMS, expiresAt }, 'also after a restart');
  const tooLate = await AccessTokens.open(path, new ManualClock(expiresAt + 1_000));
  await assert.rejects(tooLate.read(token), { key: 'auth_expired' });
});

test('the key is for its owner alone, and another kind of key is refused', async () => {
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const bad = join(folder, 'bad.key');
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;
  for (const key of [elliptic, weak]) {
    await writeFile(bad, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await assert.rejects(AccessTokens.open(bad, clock), /not an RSA key of 2048 bits/);
  }
  await writeFile(bad, 'nonsense');
  await assert.rejects(AccessTokens.open(bad, clock), /not a private key/);
});

test('a token made by hand in the same way is accepted: each attack below differs in one point', async () => {
  assert.equal(await reasonOf(await signed({})), 'accepted');
});

test('another audience, issuer, type, key or time is refused', async () => {
  const seconds = START / 1_000;
  const attacks: readonly (readonly [string, Promise<string>, string])[] = [
    ['audience', signed({ aud: 'other' }), 'auth_failed'],
    ['issuer', signed({ iss: 'other' }), 'auth_failed'],
    ['type', signed({}, { typ: 'JWT' }), 'auth_failed'],
    ['kid', signed({}, { kid: 'forged' }), 'auth_failed'],
    ['no kid', signed({}, { kid: undefined }), 'auth_failed'],
    ['no expiry', signed({ exp: undefined }), 'auth_failed'],
    ['not yet valid', signed({ nbf: seconds + 60 }), 'auth_failed'],
    ['no login', signed({ sid: undefined }), 'auth_failed'],
    ['a login that is no text', signed({ sid: 7 }), 'auth_failed'],
    ['expired', signed({ exp: seconds - 1 }), 'auth_expired'],
  ];
  for (const [what, token, reason] of attacks) assert.equal(await reasonOf(await token), reason, what);
});

test('the header cannot choose the algorithm or bring its own key', async () => {
  const { kid, n, e } = tokens.published;
  const publicKey = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const none = `${encoded({ alg: 'none', typ: 'at+jwt', kid })}.${encoded(payload())}.`;
  const head = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid })}.${encoded(payload())}`;
  const hmac = `${head}.${createHmac('sha256', pem).update(head).digest('base64url')}`;
  const other = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const jwk = other.publicKey.export({ format: 'jwk' });
  const own = await new SignJWT(payload())
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid, jwk })
    .sign(other.privateKey);
  const [, , signature = ''] = (await signed({})).split('.');
  const foreign = encoded(payload({ sub: 'u2' }));
  const swapped = `${encoded({ alg: 'RS256', typ: 'at+jwt', kid })}.${foreign}.${signature}`;
  for (const token of [none, hmac, own, swapped, '', 'a.b.c', '..', await signed({}, { alg: 'PS256' })]) {
    assert.equal(await reasonOf(token), 'auth_failed', token.slice(0, 60));
  }
});
