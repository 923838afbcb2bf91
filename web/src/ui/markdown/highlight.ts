/** Which parts of a piece of code are what, for the languages that people ask about most. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import nginx from 'highlight.js/lib/languages/nginx';
import php from 'highlight.js/lib/languages/php';
import powershell from 'highlight.js/lib/languages/powershell';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scss from 'highlight.js/lib/languages/scss';
import shell from 'highlight.js/lib/languages/shell';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { runsOf, type CodeRun } from './code-runs.ts';

const LANGUAGES = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  lua,
  makefile,
  markdown,
  nginx,
  php,
  powershell,
  python,
  r,
  ruby,
  rust,
  scss,
  shell,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};
/** Names that highlight.js does not know by itself. */
const OTHER_NAMES: Readonly<Record<string, keyof typeof LANGUAGES>> = {
  python3: 'python',
  json5: 'json',
  pgsql: 'sql',
  mysql: 'sql',
  sqlite: 'sql',
  svelte: 'xml',
  vue: 'xml',
  terminal: 'shell',
};

/** Undefined for a language that is not known, and for code that the highlighter would change. */
export type Highlight = (code: string, language: string) => CodeRun[] | undefined;

export function createHighlight(): Highlight {
  const highlighter = hljs.newInstance();
  for (const [name, definition] of Object.entries(LANGUAGES)) highlighter.registerLanguage(name, definition);
  return (code, name) => {
    const language = OTHER_NAMES[name] ?? name;
    if (!highlighter.getLanguage(language)) return undefined;
    return runsOf(highlighter.highlight(code, { language, ignoreIllegals: true }).value, code.length);
  };
}
