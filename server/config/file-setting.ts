/** Settings that name a file. Their value is the content of the file; an invalid file is a fault too. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { path } from '../../shared/environment.ts';
import { decodeText } from '../../shared/text-file.ts';
import { parseHelplines, type Helplines } from './helplines.ts';
import { readModelsFile, type FileFault, type ModelsFile } from './models-file.ts';
import { readPersonasFile, type Persona } from './personas-file.ts';
import { readSignOnFile, type IssuerSetting } from './sign-on-file.ts';

/** The text of the file, without white space around it. */
export function textFile() {
  return path().transform((name, context) => {
    const fault = (message: string) => {
      context.addIssue({ code: 'custom', message: `the path of a file that can be read (${message})` });
      return z.NEVER;
    };
    try {
      const text = decodeText(readFileSync(name));
      return text === undefined ? fault('not in UTF-8') : text.trim();
    } catch (error) {
      return fault((error as NodeJS.ErrnoException).code ?? 'unknown');
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

/** Every fault in the file is reported separately, with its place. */
export function modelsFile() {
  return textFile().transform((text, context): ModelsFile => {
    const file = readModelsFile(text);
    if (!isFaulty(file)) return file;
    for (const { path, message } of file) {
      const place = path === '' ? '' : `${path}: `;
      context.addIssue({ code: 'custom', message: `the path of a file with models (${place}${message})` });
    }
    return z.NEVER;
  });
}

/** In the same way. */
export function personasFile() {
  return textFile().transform((text, context): readonly Persona[] => {
    const file = readPersonasFile(text);
    if ('personas' in file) return file.personas;
    for (const { path, message } of file) {
      const place = path === '' ? '' : `${path}: `;
      context.addIssue({ code: 'custom', message: `the path of a file with personas (${place}${message})` });
    }
    return z.NEVER;
  });
}

/** In the same way. */
export function signOnFile() {
  return textFile().transform((text, context): readonly IssuerSetting[] => {
    const file = readSignOnFile(text);
    if ('issuers' in file) return file.issuers;
    for (const { path, message } of file) {
      const place = path === '' ? '' : `${path}: `;
      context.addIssue({ code: 'custom', message: `the path of a file with issuers (${place}${message})` });
    }
    return z.NEVER;
  });
}

function isFaulty(file: ReturnType<typeof readModelsFile>): file is readonly FileFault[] {
  return Array.isArray(file);
}
