/**
 * What differs between a document and its test: the one list of what is replaced in commands, outputs and
 * configurations before they run, and the programs that stand for others.
 */
export interface Places {
  /** Ports of the documents, and those of the test. */
  readonly ports: Readonly<Record<string, number>>;
  readonly folder: string;
  readonly checkout: string;
  readonly dataDir: string;
  readonly key: string;
  /** Of the ledger of this server, and of a witness on this machine. */
  readonly ledgerKey: string;
  readonly witnessKey: string;
  /** The account of a guest. */
  readonly guest: string;
  readonly stubUrl: string;
  readonly databaseUrl: string;
}

/** Ports that the documents name. */
export const DOCUMENTED_PORTS = [
  '5001',
  '5002',
  '5443',
  '8081',
  '8765',
  '8766',
  '8443',
  '9464',
  '11434',
  '443',
  '80',
] as const;

export function substitute(text: string, places: Places): string {
  const { folder, checkout, dataDir, key, guest, stubUrl, ports } = places;
  const witnessName = places.witnessKey.split('+', 1)[0] ?? '';
  const pairs: [RegExp, string][] = [
    [/guest:[\da-f]{8}-[\da-f-]{27}/g, guest],
    // The other machine is this one.
    [/https:\/\/witness\.two\.example/g, `http://127.0.0.1:${ports['8081']}`],
    [/\bwitness\.two\.example\/w1\+[\w+/=]+/g, places.witnessKey],
    [/\bwitness\.two\.example\/w1/g, witnessName],
    [/\btwo\.example\/ledger\+[\w+/=]+/g, places.ledgerKey],
    [/postgres:\/\/hilo:secret@127\.0\.0\.1\/hilo\b/g, places.databaseUrl],
    [/https:\/\/api\.openai\.com/g, stubUrl],
    [/(?<=[\s"'`]|^)\/opt\/hilo\b/gm, checkout],
    [/\/var\/lib\/hilo(?![\w-])/g, dataDir],
    [/(?<![\w.])(?=\/(?:backups|var\/lib|etc)\/)/g, folder],
    [/(?<![\w/])(?=\/backups(?![\w/]))/g, folder],
    [/(?<![$\w{])KEY\b(?!=)/g, key],
  ];
  const withPlaces = pairs.reduce((result, [pattern, by]) => result.replaceAll(pattern, () => by), text);
  return withPlaces.replaceAll(/(?<![\w.-])\d{2,5}(?![\w.-])/g, (port) => String(ports[port] ?? port));
}

/** Shell scripts that stand for programs which a test machine lacks, or must not really run. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  // The user of the service is whoever runs the tests.
  sudo: 'if [ "$1" = -u ]; then shift 2; fi\nexec "$@"',
  chown: 'exit 0',
  // Claude Code asks its model, and a smaller one for titles.
  claude: [
    `messages='"messages":[{"role":"user","content":"hello"}]'`,
    'for model in "$ANTHROPIC_MODEL" "$ANTHROPIC_DEFAULT_HAIKU_MODEL"; do',
    '  curl --silent --show-error --fail-with-body "$ANTHROPIC_BASE_URL/v1/messages?beta=true" \\',
    '    --header "Authorization: Bearer $ANTHROPIC_AUTH_TOKEN" --header "anthropic-version: 2023-06-01" \\',
    '    --header "content-type: application/json" --data \\',
    '    "{\\"model\\":\\"$model\\",\\"max_tokens\\":9,$messages}"',
    'done',
  ].join('\n'),
};
