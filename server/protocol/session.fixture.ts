/** Sessions and connections for unit tests. */
import type { Call, ConnectionPort } from '../operations/call.ts';
import { ManualClock } from '../../shared/clock.ts';
import { CredentialsResolver, type Guest } from '../identity/principal.ts';
import { Session } from './session.ts';

export function newTestGuest(id: string): Guest {
  const owner = `guest:${id}`;
  return {
    id,
    owner,
    account: owner,
    tokenHash: undefined,
    createdAt: 0,
    isStored: false,
    isReturning: false,
  };
}

export function newTestSession(number: number): Session {
  const guest = newTestGuest(String(number));
  return new Session({ number, locale: 'en', newCredentials: () => ({ guest, isOperator: false }) });
}

export function testResolver(): CredentialsResolver {
  return new CredentialsResolver({ clock: new ManualClock(), allowsGuests: true });
}

export const TEST_CONNECTION: ConnectionPort = {
  address: '192.0.2.1',
  supersede: () => {},
  adopt: () => {},
  raiseLineLimit: () => {},
};

export function newTestCall(session: Session): Call {
  const principal = testResolver().resolve(session.credentials);
  const { signal } = new AbortController();
  const how = { signal, abortSource: signal, stop: () => {} };
  return { principal, session, connection: TEST_CONNECTION, requestId: 1, trace: '', ...how };
}
