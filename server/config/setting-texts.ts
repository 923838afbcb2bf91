/** The settings that are not in `.env.example`, since few operators change them. For docs/settings.md. */
export const SETTING_TEXTS: Readonly<Record<string, string>> = {
  APP_PROXY_HOST:
    'Address of the server for the gateway, whatever APP_HOST is: anyone who reaches this port can claim' +
    ' any address.',
  APP_PROXY_PORT:
    'Port of the server for the gateway: every connection begins with a PROXY protocol header. Never' +
    ' open it to others.',
  TCP_HOST: 'Where the gateway finds the server, when it is started by itself. `hilo up` sets it.',
  TCP_PORT: "The server's APP_PROXY_PORT, for a gateway that is started by itself. `hilo up` sets it.",
  OUTBOUND_PORTS:
    'Ports that URLs which people name may have, such as those of pages to summarise and of webhooks; ' +
    '80 and 443 unless set. Only public addresses are reached, and without a proxy.',
  OUTBOUND_ALLOW:
    'Hosts that such URLs may lead to although their addresses are private, with commas between them: ' +
    '`wiki.internal,10.0.0.7:8080`.',
  WEBHOOKS_ALLOW_HTTP:
    'Whether webhooks may have http addresses too: anyone on the way can read what is sent to those.',
  TIME_ZONE: 'The time zone in which the days, weeks and months of budgets begin, such as America/Santiago.',
  UPLOAD_BYTES_MAX:
    'The longest request: one that is too long for a line, such as an import, comes in pieces.',
  BATCH_BYTES_MAX:
    'The longest file of a batch. Of a file in the form of OpenAI both forms are kept, so that it counts ' +
    'about twice.',
  ARTIFACTS_DIR:
    'Folder of images, summaries and the records of requests; `artifacts` in DATA_DIR when empty. With S3, ' +
    'what is on its way there.',
  S3_BUCKETS:
    'Buckets of an S3-compatible store, with {service} for summarize, image, chat and job, such as ' +
    'hilo-{service} (docs/history-files.md). Empty: images, summaries and records are files on this machine.',
  S3_ENDPOINT: 'Address of that store, such as https://minio.example.org. Empty: AWS.',
  S3_REGION: 'Region of the store.',
  S3_PATH_STYLE: 'Whether the bucket is part of the path, as MinIO and many others want it.',
  S3_ACCESS_KEY_ID:
    'The key to the store. Empty: as the AWS client finds it, such as by the role of the machine.',
  S3_SECRET_ACCESS_KEY: 'The secret that belongs to it.',
  HISTORY_FILES:
    'Services whose requests leave a record, with commas between them: summarize, image, chat, job.',
  ARTIFACT_DAYS: 'Days for which images, summaries and other results are kept.',
  RECORD_DAYS: 'Days for which the records of requests are kept.',
  SIGNED_URL_SECONDS: 'Seconds for which an address of an image or another file can be read by anyone.',
  HISTORY_PROMPTS:
    'text or hash: whether records have the prompt, or a salted hash of it. Erasing deletes the salt.',
  USD_PER_CREDIT:
    'US dollars of one credit, for the cost in records and in figures of use. Empty: they tell credits only.',
  USAGE_TIME_ZONE:
    'The time zone whose days and months use is added up by, such as America/Santiago. After a change ' +
    'everything is added up again (docs/usage.md).',
  USAGE_EVENT_DAYS: 'Days for which single events of use are kept; what they add up to stays.',
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'A collector that takes traces by OTLP over HTTP, such as http://127.0.0.1:4318 ' +
    '(docs/observability.md). Empty: there are no traces.',
  OTEL_EXPORTER_OTLP_HEADERS:
    'Headers for it, NAME=VALUE with commas between them, values encoded as in a URL.',
  OTEL_SERVICE_NAME: 'Name of this server in traces.',
  OTEL_TRACES_SAMPLER:
    'Which traces are sent; those that begin with parentbased_ do as a traceparent says where there is one.',
  OTEL_TRACES_SAMPLER_ARG: 'The share of traces that traceidratio takes, from 0 to 1.',
  SENTRY_DSN:
    'Where errors of the server are reported to, besides the log, in the protocol of Sentry: ' +
    'https://KEY@HOST/PROJECT (docs/observability.md). Empty: nowhere.',
  ALERT_WEBHOOK_URL:
    'Where the operator is told, by signed webhook, of what goes wrong with the server ' +
    '(docs/observability.md). Empty: nowhere.',
  ALERT_WEBHOOK_SECRET:
    'Signs these webhooks: `whsec_` and 24 to 64 random bytes in Base64. ALERT_WEBHOOK_URL needs it.',
  ALERT_CREDITS_PER_HOUR:
    'There is an alert when the whole server has spent so many credits in an hour. Empty: never.',
  SIGNUP_CREDITS: 'Credits that a new user starts with; what a guest was given before registering counts.',
  SIGNUP_CREDITS_PER_ADDRESS: 'Credits for all new users of one address in 24 hours.',
  RATE_MAX_MESSAGES_USER:
    'Messages that each signed-in user may send in a window of RATE_WINDOW_SECONDS, over all connections.',
  ADMIN_EMAIL:
    'E-mail of the first administrator, who is made at a start at which there is none (docs/people.md).',
  ADMIN_PASSWORD: 'The password of that administrator, of 10 characters or more. Remove it afterwards.',
  ADMIN_PASSWORD_FILE: 'A file that contains this password, instead of ADMIN_PASSWORD.',
  ALLOW_PLAIN_LOGIN:
    'Whether people on other machines may sign in with a password over netcat or telnet, where it travels ' +
    'unencrypted. Only where the network between is encrypted, such as a VPN.',
  METRICS_HOST: "Address of the server's Prometheus metrics and health.",
  TITLE_ROUTE:
    'The route that is asked for the title of a conversation after its first exchange, paid by the account ' +
    '`house` (docs/conversations.md). Empty: titles are the first words.',
  PERSONAS_FILE:
    'A JSON file with personas that people may choose for a conversation (docs/conversations.md).',
  SIGN_ON_FILE: 'A JSON file with the OpenID Connect providers by which people sign on (docs/sign-on.md).',
  PUBLIC_URL:
    'Where browsers find the page, such as https://chat.example.org. Needed for SIGN_ON_FILE, whose ' +
    'providers lead back to it.',
  LLM_TEMPERATURE: 'How freely the model chooses its words.',
  LLM_TOP_P: 'The share of the likeliest words from which the model chooses.',
  COMPANION_DELAY_MS: 'Pause between the words of the offline companion, in milliseconds.',
  LLM_QUEUE_MAX: 'Messages that may wait for the model; more are refused.',
  SESSION_GENERATIONS_MAX: 'Answers at once for each guest.',
  LLM_TIMEOUT_SECONDS:
    'Seconds without a sign of life until the first token of an answer. A small model on a small ' +
    'machine needs one to two minutes for a long prompt; time in which Ollama loads the model does ' +
    'not count.',
  LLM_MAX_RETRIES: 'How often a call that failed before its first token is tried again.',
  LLM_BACKOFF_INITIAL_MS:
    'Pause before the first retry, in milliseconds; it doubles with each, and is drawn at random below that.',
  CONNECTIONS_MAX:
    'Connections at once; fewer when the limit of open files (ulimit -n) allows fewer. For server ' +
    'and gateway each.',
  ADDRESS_CONNECTIONS_MAX: 'Connections at once from one address (IPv6: one /64).',
  ADDRESS_CONNECTS_PER_SECOND: 'New connections a second from one address, after a first burst.',
  PROXY_PROTOCOL_FROM:
    'Addresses and ranges whose connections to APP_PORT begin with a PROXY protocol header, such as ' +
    'a TCP load balancer.',
  TLS_CERT_FILE:
    'A certificate with its chain, in PEM (docs/tls.md). It is taken over again when both files have ' +
    'changed.',
  TLS_KEY_FILE: 'Its key, in PEM without a passphrase, readable by nobody else.',
  TLS_PORT: 'Port of the server for lines over TLS, such as 5443. Empty: there is none.',
  TLS_HOST: 'Address of that port; 0.0.0.0 lets other machines in.',
  HTTPS_PORT: 'Port of the gateway for HTTPS and WSS, such as 8443. Empty: there is none.',
  HTTPS_HOST: 'Address of that port; 0.0.0.0 lets other machines in.',
  APP_PROXY_TLS:
    'Whether APP_PROXY_PORT speaks TLS, with the certificate of TLS_CERT_FILE, for a gateway on another ' +
    'machine. The gateway then needs TCP_TLS.',
  TCP_TLS: 'Whether the gateway speaks TLS to the server and checks its certificate (APP_PROXY_TLS).',
  TCP_CA_FILE:
    'Certificates in PEM that may have signed the certificate of the server; its own, if it signed itself. ' +
    'Empty: those that Node trusts.',
  TCP_TLS_NAME: 'The name in the certificate of the server, if it is not TCP_HOST.',
  HSTS_SECONDS:
    'For how long browsers come back over HTTPS only (Strict-Transport-Security). 0: nothing is said. ' +
    'It cannot be taken back: a browser remembers it for that time.',
  GATEWAY_HANDSHAKE_SECONDS: 'Seconds for the head of an HTTP request, WebSocket handshakes among them.',
  GATEWAY_DRAIN_SECONDS: 'Seconds over which a gateway that ends spreads the closing of its connections.',
  LIMIT_LINE_BYTES_MAX_TEXT: 'Bytes of a line on the text face.',
  LIMIT_LINE_BYTES_MAX_ANONYMOUS: 'Bytes of a line on the JSON-RPC face.',
  LIMIT_LINE_BYTES_MAX_AUTHENTICATED: 'Bytes of a line of a client that has signed in.',
  LIMIT_OVERLONG_LINES_MAX: 'Overlong lines after which the connection ends.',
  LIMIT_COMPLETIONS_MAX: 'Completions and embeddings at once of somebody who has signed in.',
  LIMIT_COMMANDS_PER_SECOND: 'Commands a second on one connection …',
  LIMIT_COMMANDS_BURST: '… after a burst of this many.',
  LIMIT_JSON_DEPTH_MAX: 'Levels of nesting in a line of JSON; a deeper line is not parsed.',
  LIMIT_JSON_MEMBERS_MAX: 'Members and elements in a line of JSON; a line with more is not parsed.',
  LIMIT_INPUT_BYTES_PER_SECOND: 'Bytes that are read of a connection in a second …',
  LIMIT_INPUT_BYTES_BURST: '… after a burst of this many.',
  LIMIT_ADDRESS_INPUT_BYTES_PER_SECOND: 'Bytes that are read of all connections of an address in a second …',
  LIMIT_ADDRESS_INPUT_BYTES_BURST: '… after a burst of this many.',
  LIMIT_WORK_MS_PER_SECOND:
    'Milliseconds that the lines of a connection may hold the event loop in a second …',
  LIMIT_WORK_MS_BURST: '… after a burst of this many.',
  LIMIT_ADDRESS_WORK_MS_PER_SECOND: 'The same for all connections of an address …',
  LIMIT_ADDRESS_WORK_MS_BURST: '… after a burst of this many.',
  LIMIT_FLOOD_SECONDS_MAX: 'Seconds above that pace after which the connection ends.',
  LIMIT_WAITING_LINES_MAX: 'Lines that wait on the text face while an answer runs.',
  LIMIT_WAITING_BYTES_MAX: 'Bytes that wait there.',
  LIMIT_PENDING_REQUESTS_MAX: 'JSON-RPC requests pending on one connection.',
  LIMIT_OUTBOX_SOFT_BYTES: 'Unread bytes of a client above which the model is not asked for more.',
  LIMIT_OUTBOX_LOW_BYTES: 'Unread bytes below which it is asked again.',
  LIMIT_OUTBOX_HARD_BYTES: 'Unread bytes that end the connection.',
  LIMIT_WRITE_PROGRESS_MS:
    'Milliseconds in which a client reads nothing of its output before the connection ends.',
  LIMIT_CLOSE_GRACE_MS: 'Milliseconds that a client has to read its last line.',
  LIMIT_DESCRIPTORS_RESERVED: 'Open files that are not used for connections.',
  LIMIT_REFUSAL_RESERVE: 'Connections above the maximum that are still told why they are refused.',
  LIMIT_ADDRESS_CONNECTS_BURST: 'First burst of new connections from one address.',
  LIMIT_ADDRESS_REQUESTS_MAX:
    'HTTP requests in progress at once from one address (IPv6: one /64), an office for example.',
  LIMIT_ADDRESS_REQUESTS_PER_SECOND: 'HTTP requests a second from one address …',
  LIMIT_ADDRESS_REQUESTS_BURST: '… after a burst of this many.',
  LIMIT_ADDRESSES_TRACKED_MAX: 'Addresses whose rate of new connections is remembered.',
  LIMIT_SERVER_FULL_RETRY_SECONDS: 'Retry time that is given when the server is full, in seconds.',
  LIMIT_JOBS_MAX: 'Jobs of all people that wait or run.',
  LIMIT_JOBS_PER_USER_MAX: 'Jobs of a user that wait or run.',
  LIMIT_JOBS_PER_GUEST_MAX: 'Jobs of a guest that wait or run.',
  LIMIT_JOBS_PER_WINDOW_USER: 'Jobs that a user may submit in one window of RATE_WINDOW_SECONDS.',
  LIMIT_JOBS_PER_WINDOW: 'The same for a guest.',
  LIMIT_TLS_HANDSHAKE_MS: 'Milliseconds from the accepting of a TLS connection to the end of its handshake.',
  LIMIT_TLS_HANDSHAKES_MAX: 'TLS handshakes at once; above that, the oldest gives way.',
  LIMIT_ADDRESS_TLS_HANDSHAKES_MAX: 'TLS handshakes at once from one address (IPv6: one /64).',
  LIMIT_TLS_FILES_CHECK_MS: 'Milliseconds between two looks at the certificate files.',
  LIMIT_SNIFF_MS: 'Milliseconds of silence after which a connection is greeted.',
  LIMIT_PROXY_HEADER_MS: 'Milliseconds for the PROXY protocol header.',
  LIMIT_TEXT_FIRST_LINE_MS: 'Milliseconds until the first line of a person.',
  LIMIT_JSON_FIRST_LINE_MS: 'Milliseconds until the first line of a program.',
  LIMIT_TEXT_IDLE_MS: "Milliseconds of silence that end a person's connection.",
  LIMIT_KEEP_ALIVE_INITIAL_MS: 'TCP keepalive: milliseconds of silence before the first probe.',
  LIMIT_KEEP_ALIVE_INTERVAL_MS: 'TCP keepalive: milliseconds between probes.',
  LIMIT_KEEP_ALIVE_PROBES: 'TCP keepalive: lost probes that end the connection.',
  LIMIT_SWEEP_MS: 'Milliseconds between two checks of the deadlines above.',
  LIMIT_PROBE_MS:
    'Milliseconds between two blank lines that show whether a client that has ended its side is still there.',
  LIMIT_PROBES_MAX: 'Number of such lines.',
  LIMIT_DETACHED_GENERATION_MS: 'Milliseconds that an answer goes on without its client.',
  LIMIT_DETACHED_SESSION_MS: 'Milliseconds for which a session can be resumed.',
  LIMIT_DETACHED_SESSIONS_MAX: 'Sessions that wait to be resumed; the oldest go first.',
  LIMIT_DETACHED_BYTES_MAX: 'Bytes that all of them keep together; the oldest go first.',
  LIMIT_REPLAY_BYTES_MAX: 'Bytes kept for a session that is resumed.',
  LIMIT_REMEMBERED_SENDS_MAX: 'Finished messages with a clientMessageId that are remembered, in all.',
  LIMIT_HISTORY_TURNS_MAX: 'Turns of a conversation that are kept.',
  LIMIT_HISTORY_CHARACTERS_MAX: 'Characters of a conversation that are kept.',
  LIMIT_PASTE_CHARACTERS_MAX: 'Characters of a message that is pasted with /paste.',
  LIMIT_OPERATION_DEADLINE_MS: 'Milliseconds for an operation that does not stream.',
  LIMIT_DRAIN_MS: 'Milliseconds that running answers get when the server ends.',
  LIMIT_DRAIN_RECONNECT_MIN_MS: 'Shortest reconnect time that clients are given then, in milliseconds.',
  LIMIT_DRAIN_RECONNECT_MAX_MS: 'Longest reconnect time that clients are given then, in milliseconds.',
  LIMIT_LLM_BETWEEN_TOKENS_SECONDS: 'Seconds between two tokens.',
  LIMIT_LLM_ANSWER_SECONDS: 'Seconds for a whole answer.',
  LIMIT_CONVERSATIONS_CHARACTERS_MAX: 'Characters of all idle conversations that are kept in memory.',
  LIMIT_GUESTS_REMEMBERED_MAX:
    'Guests that are kept in memory; above that, a guest that has said nothing is forgotten.',
};
