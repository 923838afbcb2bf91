/**
 * Links by which people make accounts even where sign-up is closed. What somebody has made is worth
 * nothing any more when they are no administrator, or no manager of its team: otherwise a link could outlive
 * the right to make it. Its row is deleted in the unit that takes the right away.
 */
import { hash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { INVITATION_LIMITS } from '../../shared/operations/invitation-shapes.ts';
import type { Step } from '../store/batch.ts';
import { StoreError } from '../store/store-error.ts';
import type {
  InvitationPage,
  InvitationRepository,
  InvitedTeam,
  StoredInvitation,
} from './invitation-repository.ts';
import type { Role } from './user.ts';

const TOKEN_BYTES = 24;
const DAY_MS = 24 * 60 * 60 * 1_000;

export interface NewInvitation {
  readonly role: Role;
  readonly team: InvitedTeam | undefined;
  readonly uses: number;
  readonly days: number;
  /** The id of the user who makes it; null: the operator. */
  readonly madeBy: string | null;
}

export interface InvitationsOptions {
  readonly store: InvitationRepository;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomBytes: (size: number) => Buffer;
  /** Of one team. */
  readonly membersMax: number;
  /** UUIDv7. */
  readonly newId: () => string;
}

export class Invitations {
  readonly #options: InvitationsOptions;

  constructor(options: InvitationsOptions) {
    this.#options = options;
  }

  /** Rejects with `too_many_kept`. */
  async create({
    role,
    team,
    uses,
    days,
    madeBy,
  }: NewInvitation): Promise<StoredInvitation & { token: string }> {
    const { store, clock, randomBytes, newId } = this.#options;
    const { perPersonMax: max } = INVITATION_LIMITS;
    if ((await store.countOf(madeBy)) >= max) throw new HiloError('too_many_kept', { values: { max } });
    const createdAt = clock.now();
    const expiresAt = createdAt + days * DAY_MS;
    const invitation = { id: newId(), role, team, uses, used: 0, madeBy, createdAt, expiresAt };
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await store.add(invitation, hashOf(token));
    return { ...invitation, token };
  }

  /** Newest first. */
  page(page: InvitationPage): Promise<readonly StoredInvitation[]> {
    return this.#options.store.page(page, this.#options.clock.now());
  }

  /** Undefined when it does not exist. */
  find(id: string): Promise<StoredInvitation | undefined> {
    return this.#options.store.byId(id);
  }

  /** Rejects with `not_found`. */
  async withdraw(id: string): Promise<void> {
    if (!(await this.#options.store.remove(id))) throw new HiloError('not_found', { values: { what: id } });
  }

  /** Rejects with `invitation_failed` unless an account can be made with it now; with `too_many_kept`. */
  async require(token: string): Promise<StoredInvitation> {
    const { store, clock, membersMax: max } = this.#options;
    const found = await store.byToken(hashOf(token));
    if (!found || found.expiresAt <= clock.now() || found.used >= found.uses) throw failed();
    if (!found.team || (await store.membersOf(found.team.id)) < max) return found;
    throw new HiloError('too_many_kept', { values: { max } });
  }

  /** The steps that count the use, for the unit that writes the user. */
  use(invitation: StoredInvitation, user: string): Step[] {
    return this.#options.store.use(invitation, user, this.#options.clock.now());
  }

  /** Runs what writes such a unit. Rejects with `invitation_failed` when others were faster. */
  async using<Result>({ id }: StoredInvitation, write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'constraint') throw error;
      const left = await this.#options.store.byId(id);
      if (!left || left.used >= left.uses) throw failed();
      throw error;
    }
  }
}

function failed(): HiloError {
  return new HiloError('invitation_failed');
}

function hashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
