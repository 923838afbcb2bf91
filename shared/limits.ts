/**
 * Every queue, buffer, line, window and timer that a peer can fill has its limit here. Those that an operator
 * may want to change are settings (server/config/config.ts, gateway/config.ts) with these values as defaults.
 */
export const LIMITS = {
  lineBytesMaxText: 8 * 1024,
  lineBytesMaxAnonymous: 64 * 1024,
  lineBytesMaxAuthenticated: 1024 * 1024,
  /** The third overlong line closes the connection. */
  overlongLinesMax: 3,

  /** Of a guest, and of a user. */
  messagesPerWindow: 10,
  messagesPerWindowUser: 60,
  windowSeconds: 60,
  commandsPerSecond: 10,
  commandsBurst: 20,
  floodSecondsMax: 60,
  /** Of a line of JSON; looked at before it is parsed. */
  jsonDepthMax: 32,
  jsonMembersMax: 8_192,
  /** What a connection, and all of an address together, may send in the long run, and at once. */
  inputBytesPerSecond: 256 * 1024,
  inputBytesBurst: 1024 * 1024,
  addressInputBytesPerSecond: 1024 * 1024,
  addressInputBytesBurst: 4 * 1024 * 1024,
  /** Measured time of the event loop that their lines may take. */
  workMsPerSecond: 100,
  workMsBurst: 500,
  addressWorkMsPerSecond: 250,
  addressWorkMsBurst: 1_000,

  /** Lines read ahead on the text face, so that /cancel is seen while an answer streams. */
  waitingLinesMax: 32,
  waitingBytesMax: 64 * 1024,
  pendingRequestsMax: 16,
  generationsMax: 2,
  /** Completions and embeddings at once of somebody who has signed in. */
  completionsMax: 16,

  /** Jobs that wait or run: of all people, of a user, and of a guest. */
  jobsMax: 200_000,
  jobsPerUserMax: 10_000,
  jobsPerGuestMax: 100,
  /** Jobs that a user, and a guest, may submit in a window; a batch counts once. */
  jobsPerWindowUser: 600,
  jobsPerWindow: 30,

  /** Above soft, the model and the peer are not read. Below low, both are read again. */
  outboxSoftBytes: 64 * 1024,
  outboxLowBytes: 16 * 1024,
  outboxHardBytes: 256 * 1024,
  writeProgressMs: 30_000,
  /** How long a closing connection may take to read its last line. */
  closeGraceMs: 2_000,

  connectionsMax: 20_000,
  /** Descriptors kept for files, the model and the operator. */
  descriptorsReserved: 512,
  /** Connections above the maximum that still get `server_full` as an answer. */
  refusalReserve: 128,
  addressConnectionsMax: 32,
  addressConnectsPerSecond: 5,
  addressConnectsBurst: 50,
  /** Requests over HTTP. */
  addressRequestsMax: 64,
  addressRequestsPerSecond: 50,
  addressRequestsBurst: 200,
  addressesTrackedMax: 100_000,
  serverFullRetrySeconds: 10,

  /** From the accepting of a TLS connection to the end of its handshake. */
  tlsHandshakeMs: 10_000,
  /** Handshakes that are not over; above that, the oldest gives way. */
  tlsHandshakesMax: 256,
  addressTlsHandshakesMax: 16,
  /** How often certificate files are looked at. */
  tlsFilesCheckMs: 5_000,

  sniffMs: 250,
  proxyHeaderMs: 3_000,
  textFirstLineMs: 60_000,
  jsonFirstLineMs: 10_000,
  textIdleMs: 30 * 60_000,
  keepAliveInitialMs: 60_000,
  keepAliveIntervalMs: 15_000,
  keepAliveProbes: 4,
  sweepMs: 1_000,
  /** Between two blank lines to a peer that has sent its FIN and waits for an answer. [P-5] */
  probeMs: 40,
  probesMax: 2,

  /** How long an answer goes on for a client that was cut off. */
  detachedGenerationMs: 30_000,
  /** How long a session without a connection can be resumed. */
  detachedSessionMs: 15 * 60_000,
  detachedSessionsMax: 10_000,
  detachedBytesMax: 64 * 1024 * 1024,
  replayBytesMax: 256 * 1024,
  /** In all. A send with the same clientMessageId gets the remembered answer. */
  rememberedSendsMax: 1_024,

  historyTurnsMax: 200,
  historyCharactersMax: 256 * 1024,
  /** Characters of all idle conversations together that are kept in memory. */
  conversationsCharactersMax: 64 * 1024 * 1024,
  guestsRememberedMax: 10_000,
  pasteCharactersMax: 64 * 1024,
  /** For handlers that do not stream; the others have the timeouts of the model. */
  operationDeadlineMs: 10_000,

  drainMs: 20_000,
  drainReconnectMinMs: 500,
  drainReconnectMaxMs: 5_000,

  maxInFlight: 2,
  llmQueueMax: 512,
  llmInputTokens: 2_000,
  llmOutputTokens: 1_024,
  /**
   * A 3B model on a small machine without a graphics card reads a long prompt for one to two minutes. While
   * Ollama says that it loads the model, this time does not run.
   */
  llmFirstTokenSeconds: 120,
  llmBetweenTokensSeconds: 15,
  llmAnswerSeconds: 300,
} as const;

/** The values in force: the defaults above with the operator's settings over them. */
export type Limits = { readonly [Name in keyof typeof LIMITS]: number };

/** The longest pause before a failed call is tried again. */
export const BACKOFF_MAX_MS = 30_000;
