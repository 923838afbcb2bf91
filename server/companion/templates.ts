/**
 * A template is a sentence or two with slots. `{1}` is the first thing the person said, reflected;
 * `[te|le]` and `[quieres|quiere|querés]` are the forms for tú, usted and vos (vos takes the form of tú
 * when only two are given).
 */
export type Template = string;

/** How the person is addressed in Spanish; English has one form and ignores it. */
export type Register = 'tú' | 'usted' | 'vos';

const FORMS = /\[([^\]]*)\]/gu;
const SLOT = /\{(\d)\}/gu;

export function render(template: Template, register: Register, slots: readonly string[] = []): string {
  return template
    .replace(FORMS, (_whole, forms: string) => formFor(forms.split('|'), register))
    .replace(SLOT, (_whole, digit: string) => slots[Number(digit) - 1] ?? '');
}

export function hasSlot(template: Template): boolean {
  return template.search(SLOT) >= 0;
}

/** Whether a reply says a template, whatever the register was and whatever filled the slots. */
export function says(reply: string, template: Template): boolean {
  // Nearly every template is ruled out here, so that few patterns are ever made.
  return reply.includes(longestConstant(template)) && patternOf(template).test(reply);
}

/**
 * The template of a list whose turn it is: one never said, in the list's order, else the one said longest
 * ago. The state is the earlier replies themselves, so a list is gone through in turn without anything
 * being remembered elsewhere. Returns undefined when the list has nothing that was not in the very last
 * reply.
 */
export function takeTurn(list: readonly Template[], earlier: readonly string[]): Template | undefined {
  const ages = list.map((template) => ({ template, last: lastSaid(template, earlier) }));
  const [first, ...rest] = ages;
  if (first === undefined) return undefined;
  const chosen = rest.reduce(
    (oldest, candidate) => (candidate.last < oldest.last ? candidate : oldest),
    first,
  );
  return earlier.length > 0 && chosen.last === earlier.length - 1 ? undefined : chosen.template;
}

export function wasSaid(list: readonly Template[], reply: string | undefined): boolean {
  return reply !== undefined && list.some((template) => says(reply, template));
}

function lastSaid(template: Template, earlier: readonly string[]): number {
  return earlier.findLastIndex((reply) => says(reply, template));
}

function longestConstant(template: Template): string {
  const parts = template.split(/\[[^\]]*\]|\{\d\}/u);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** The template as a pattern: the forms as alternatives, the slots as anything on one line. */
function patternOf(template: Template): RegExp {
  const source = template
    .split(/(\[[^\]]*\]|\{\d\})/u)
    .map((part) => {
      if (/^\{\d\}$/u.test(part)) return '.{1,2000}?';
      if (!part.startsWith('[')) return escaped(part);
      return `(?:${part.slice(1, -1).split('|').map(escaped).join('|')})`;
    })
    .join('');
  return new RegExp(source, 'u');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

function formFor(forms: readonly string[], register: Register): string {
  const [tú = '', usted = tú, vos = tú] = forms;
  return { tú, usted, vos }[register];
}
