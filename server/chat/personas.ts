/** The operator's personas: what a conversation may be told to be. */
import type { Localised } from '../../shared/locale.ts';
import type { RouteAccess } from '../../shared/model-route.ts';
import { mayUseRoute, type RouteRights } from '../models/route.ts';

export interface Persona {
  readonly id: string;
  readonly name: Localised;
  readonly instructions: string;
  /** Answers where a conversation has no route of its own. */
  readonly route?: string | undefined;
  /** As that of a route; `teams`: members of teams that list the persona. */
  readonly access: RouteAccess;
}

/** Whose access counts, and the ids of the personas that their teams have. */
export type PersonaUser = Pick<RouteRights, 'access' | 'granted'>;

export class Personas {
  readonly #all: readonly Persona[];
  readonly #byId: ReadonlyMap<string, Persona>;

  constructor(personas: readonly Persona[]) {
    this.#all = personas;
    this.#byId = new Map(personas.map((persona) => [persona.id, persona]));
  }

  /** Undefined for one that the operator has removed. */
  find(id: string): Persona | undefined {
    return this.#byId.get(id);
  }

  /** Undefined also for one that this person may not use. */
  usable(id: string | null, user: PersonaUser): Persona | undefined {
    const persona = id === null ? undefined : this.find(id);
    return persona && mayUseRoute(persona, user) ? persona : undefined;
  }

  usableBy(user: PersonaUser): readonly Persona[] {
    return this.#all.filter((persona) => mayUseRoute(persona, user));
  }
}
