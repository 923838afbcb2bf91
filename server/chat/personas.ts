/** The operator's personas: what a conversation may be told to be. */
import type { Localised } from '../../shared/locale.ts';

export interface Persona {
  readonly id: string;
  readonly name: Localised;
  readonly instructions: string;
  /** Answers where a conversation has no route of its own. */
  readonly route?: string | undefined;
}

export class Personas {
  readonly all: readonly Persona[];
  readonly #byId: ReadonlyMap<string, Persona>;

  constructor(personas: readonly Persona[]) {
    this.all = personas;
    this.#byId = new Map(personas.map((persona) => [persona.id, persona]));
  }

  /** Undefined for one that the operator has removed. */
  find(id: string | null): Persona | undefined {
    return id === null ? undefined : this.#byId.get(id);
  }
}
