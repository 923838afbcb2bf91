import type { Language } from '../language.ts';
import type { PhraseFaults } from './phrase-faults.ts';
import type { PhraseFile, PhraseLine, PhraseSection } from './phrase-file.ts';
import { regExpSource } from './pattern-notation.ts';
import { fold } from '../text.ts';

/**
 * Takes one file apart, section by section. What is missing, empty or left over is a fault; what is taken
 * from a faulty section is empty, so that reading goes on and all faults are reported together.
 */
export class SectionReader {
  readonly #file: PhraseFile;
  readonly #faults: PhraseFaults;
  readonly #taken = new Set<PhraseSection>();
  readonly #names: ReadonlyMap<string, string>;

  constructor(file: PhraseFile, faults: PhraseFaults) {
    this.#file = file;
    this.#faults = faults;
    this.#names = this.#readNames();
  }

  /** The sections whose title begins so, in the order of the file. */
  sections(...title: readonly string[]): PhraseSection[] {
    const found = this.#file.sections.filter((section) =>
      title.every((part, index) => section.title[index] === part),
    );
    for (const section of found) this.#taken.add(section);
    return found;
  }

  has(...title: readonly string[]): boolean {
    return this.#exactly(title).length > 0;
  }

  /** What is said in the one section with this title. */
  said(...title: readonly string[]): string[] {
    const section = this.#one(title);
    return section === undefined ? [] : this.saidIn(section);
  }

  /** The sources of the regular expressions in the one section with this title. */
  patterns(...title: readonly string[]): string[] {
    const section = this.#one(title);
    return section === undefined ? [] : this.patternsIn(section);
  }

  /** The lines as they are. */
  texts(...title: readonly string[]): string[] {
    return this.#heard(title).map(({ text }) => text);
  }

  words(...title: readonly string[]): string[] {
    return this.#heard(title).flatMap(({ text }) => text.split(/\s+/u));
  }

  /** Lines such as `quiero: kiero, qiero`. */
  pairs(...title: readonly string[]): [string, readonly string[]][] {
    return this.#heard(title).flatMap(({ text, line }) => {
      const at = text.indexOf(': ');
      if (at > 0) return [[text.slice(0, at), text.slice(at + 2).split(/,\s+/u)]];
      this.fault(line, 'has no colon between what stands on the left and what belongs to it');
      return [];
    });
  }

  /** Lines of so many words each. */
  rows(size: number, ...title: readonly string[]): string[][] {
    return this.#heard(title).flatMap(({ text, line }) => {
      const row = text.split(/\s+/u);
      if (row.length === size) return [row];
      this.fault(line, `has ${row.length} words, where ${size} are needed`);
      return [];
    });
  }

  saidIn(section: PhraseSection): string[] {
    if (section.said.length === 0) this.fault(section.line, 'has no line that begins with a dash');
    for (const { text, line } of section.said) this.#checkTemplate(text, line);
    return section.said.map(({ text }) => text);
  }

  patternsIn(section: PhraseSection): string[] {
    if (section.heard.length === 0) this.fault(section.line, 'has no pattern');
    return section.heard.flatMap((phrase) => this.#source(phrase) ?? []);
  }

  fault(line: number, what: string): void {
    this.#faults.add(this.#file.path, line, what);
  }

  /** Every section must have been taken by now: a title that nothing reads is a misspelled one. */
  end(): void {
    for (const section of this.#file.sections) {
      if (!this.#taken.has(section)) this.fault(section.line, `[${section.title.join(' / ')}] is not known`);
    }
  }

  #readNames(): Map<string, string> {
    const names = new Map<string, string>();
    for (const { text, line } of this.sections('names').flatMap(({ heard }) => heard)) {
      const [, name, pattern] = /^(?<name>[a-z][a-z-]*) = (?<pattern>.+)$/u.exec(text) ?? [];
      if (name === undefined || pattern === undefined) this.fault(line, 'is not "name = pattern"');
      else names.set(name, this.#source({ text: pattern, line }, names) ?? '');
    }
    return names;
  }

  #source({ text, line }: PhraseLine, names = this.#names): string | undefined {
    const letters = text.replace(/\\\p{L}/gu, '');
    if (fold(letters) !== letters) this.fault(line, 'is compared in lower case and without accents');
    try {
      return regExpSource(text, names);
    } catch (error) {
      this.fault(line, (error as Error).message);
      return undefined;
    }
  }

  #checkTemplate(text: string, line: number): void {
    const rest = text.replace(/\[[^[\]|]*(?:\|[^[\]|]*){1,2}\]|\{[1-9]\}/gu, '');
    if (/[[\]{}|]/u.test(rest))
      this.fault(line, 'has a bracket that is not [tú|usted], [tú|usted|vos] or {1}');
  }

  #heard(title: readonly string[]): readonly PhraseLine[] {
    const section = this.#one(title);
    if (section?.heard.length === 0) this.fault(section.line, 'is empty');
    return section?.heard ?? [];
  }

  #one(title: readonly string[]): PhraseSection | undefined {
    const [section, second] = this.#exactly(title);
    if (section === undefined) this.fault(1, `[${title.join(' / ')}] is missing`);
    if (second !== undefined) this.fault(second.line, `[${title.join(' / ')}] stands here a second time`);
    if (section !== undefined) this.#taken.add(section);
    return section;
  }

  #exactly(title: readonly string[]): PhraseSection[] {
    return this.#file.sections.filter(
      (section) =>
        section.title.length === title.length && title.every((part, index) => section.title[index] === part),
    );
  }
}

/** Opens a file of one language, each once: reading it to the end finds what is left over. */
export type OpenFile = (language: Language | 'other', name: string) => SectionReader;
