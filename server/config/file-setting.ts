/** Settings that name a file. Their value is what is in it: a file that is no good is a fault too. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { text } from '../../shared/environment.ts';
import { parseHelplines, type Helplines } from './helplines.ts';

/** The text in it, without white space around it. */
export function textFile() {
  return text().transform((path, context) => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      context.addIssue({ code: 'custom', message: `the path of a file that can be read (${code})` });
      return z.NEVER;
    }
  });
}

export function helplinesFile() {
  return textFile().transform((json, context): Helplines => {
    try {
      return parseHelplines(json);
    } catch (error) {
      const fault = (error as Error).message.replaceAll(/\s*\n\s*/g, ', ');
      context.addIssue({ code: 'custom', message: `the path of a file with help lines (${fault})` });
      return z.NEVER;
    }
  });
}
