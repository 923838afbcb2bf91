/** Limits of the gateway alone; those that it shares with the server are in shared/limits.ts. */
export const GATEWAY_LIMITS = {
  /** One WebSocket message. A larger one is refused with 1009. */
  messageBytesMax: 64 * 1024,
  /** A message in tiny pieces costs memory beyond its bytes. */
  messageFragmentsMax: 64,
  bufferedChunksMax: 1024,
  /** Pings and pongs. No browser sends pings by itself; a program that sends more is flooding. */
  controlFramesPerSecondMax: 100,
  /** One line of the server. */
  serverLineBytesMax: 1024 * 1024,

  /** Above: the server is not read. It is read again when all of it has been handed to the kernel. */
  browserBacklogBytesMax: 64 * 1024,
  /** Above: the browser is not read. Lines sent before the server is connected count too. */
  serverBacklogBytesMax: 64 * 1024,

  heartbeatMs: 25_000,
  heartbeatJitter: 0.2,
  connectMs: 5_000,
  /** From the decision to close until both sockets are gone. */
  closeMs: 10_000,

  /** For the whole head of a request, handshakes among them. */
  requestHeadSeconds: 10,
  /** For a body that fits into a line, and for each piece of a longer one. */
  requestMs: 30_000,
  /** For the whole request. */
  largeRequestMs: 300_000,
  /** How long a piece of a long body may have to wait for the pace of its address. */
  uploadDelayMs: 10_000,
  /** How often overdue requests are looked for. */
  requestCheckMs: 1_000,
  requestHeadBytesMax: 16 * 1024,
  /** The body of a request that shows no key … */
  bodyBytesMax: 64 * 1024,
  /** … and of one that does. A line of the server takes it, with what the gateway adds. */
  bodyBytesMaxWithKey: 960 * 1024,
  /** How long the rest of a long body is thrown away after its request was refused. */
  unreadMs: 2_000,
  /** Of all requests in progress. */
  bodiesBytesMax: 64 * 1024 * 1024,
  jsonDepthMax: 32,
  jsonMembersMax: 8_192,
  pathParameterCharactersMax: 512,
  keepAliveMs: 5_000,
  /** Plain HTTP connections beside the WebSockets. */
  httpConnectionsMax: 512,
  /** Of them, those of one address. A browser opens six. */
  addressHttpConnectionsMax: 64,
  /** Beyond them, for addresses that are exempt from limits: health checks must not depend on clients. */
  exemptConnectionsReserve: 32,
  /** Requests on one connection whose answers are not complete. Browsers do not send requests ahead. */
  pipelinedRequestsMax: 8,
  /** WebSockets of one address, also those that are closing, as a multiple of what the server admits. */
  addressBridgesFactor: 2,

  readinessProbeMs: 1_000,
  readinessLineBytesMax: 16 * 1024,
  /** How long one look at the server answers /readyz. */
  readinessCacheMs: 1_000,

  /** To the server, for HTTP requests in progress. */
  serverConnectionsMax: 512,
  serverConnectionsIdleMax: 32,
  serverConnectionIdleMs: 30_000,
  waitingRequestsMax: 512,
  waitingRequestMs: 5_000,
  /** More than the server gives a handler that does not stream. */
  operationMs: 15_000,
  /** How much more the gateway waits than the server does, for an operation with a deadline of its own. */
  operationMarginMs: 5_000,

  /** A longer body that has to be translated, and how many at once; they are whole in memory for a moment. */
  translatedBytesMax: 20 * 1024 * 1024,
  translationsMax: 4,
  /** Of any body that has to be translated; the server takes as many in a file. */
  translatedMembersMax: 65_536,
  /** How long a stream may be silent before something is written that keeps its client waiting. */
  bodyKeepAliveMs: 15_000,
  /** Answers that are remembered for requests with an Idempotency-Key; characters are UTF-16 code units. */
  replaysMax: 1_024,
  replayCharactersMax: 1024 * 1024,
  replaysCharactersMax: 16 * 1024 * 1024,
  replayMs: 60 * 60_000,

  retryAfterSeconds: 10,
} as const;
