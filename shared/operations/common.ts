/** Shapes that several operations share. */
import { z } from 'zod';
import { LOCALES, type Locale, type Localised } from '../locale.ts';

interface Shape {
  readonly pattern: RegExp;
  readonly text: Localised;
}

/** What inputs must look like, and how people are told: each text follows the name of the member. */
export const SHAPES = {
  password: {
    pattern: /\S/,
    text: { en: 'must not be only blanks', es: 'no puede ser solo espacios' },
  },
  model: {
    pattern: /^[\w.:/@-]+$/,
    text: {
      en: 'may have only letters, digits and . _ : / @ -',
      es: 'solo puede tener letras, dígitos y . _ : / @ -',
    },
  },
  account: {
    pattern: /^[A-Za-z0-9._:@/+=~-]{1,128}$/,
    text: {
      en: 'must have 1 to 128 letters, digits and . _ : @ / + = ~ -, without spaces',
      es: 'debe tener de 1 a 128 letras, dígitos y . _ : @ / + = ~ -, sin espacios',
    },
  },
  ledgerId: {
    pattern: /^[A-Za-z0-9._:@/+=~-]{1,100}$/,
    text: {
      en: 'must have 1 to 100 letters, digits and . _ : @ / + = ~ -, without spaces',
      es: 'debe tener de 1 a 100 letras, dígitos y . _ : @ / + = ~ -, sin espacios',
    },
  },
  imageSize: {
    pattern: /^[1-9]\d{1,3}x[1-9]\d{1,3}$/,
    text: {
      en: 'must be width and height in pixels, such as 1024x768',
      es: 'debe ser ancho y alto en píxeles, por ejemplo 1024x768',
    },
  },
  message: {
    pattern: /^[1-9]\d{0,15}$/,
    text: { en: 'must be the id of a message, a number', es: 'debe ser el id de un mensaje, un número' },
  },
  time: {
    pattern: /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z$/,
    text: {
      en: 'must be a time in UTC, such as 2027-01-31T12:00:00Z',
      es: 'debe ser una hora en UTC, por ejemplo 2027-01-31T12:00:00Z',
    },
  },
  reason: {
    pattern: /^[ !#-[\]-~]{0,256}$/,
    text: {
      en: 'may have at most 256 ASCII characters, without " and \\',
      es: 'puede tener como máximo 256 caracteres ASCII, sin " ni \\',
    },
  },
  email: {
    pattern: /^[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}\p{Cs}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}\p{Cs}]{1,189}$/u,
    text: {
      en: 'must be an e-mail address, such as ana@example.org',
      es: 'debe ser una dirección de correo, como ana@example.org',
    },
  },
  toolName: {
    pattern: /^[\w.:/-]{1,128}$/,
    text: {
      en: 'must have 1 to 128 letters, digits and _ . : / -',
      es: 'debe tener de 1 a 128 letras, dígitos y _ . : / -',
    },
  },
  base64: {
    pattern: /^[A-Za-z0-9+/]+={0,2}$/,
    text: {
      en: 'must be base64, without line ends',
      es: 'debe ser base64, sin saltos de línea',
    },
  },
  teamName: {
    pattern: /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u,
    text: {
      en: 'must have 1 to 64 letters, digits and . _ -, without spaces, and begin with a letter or a digit',
      es: 'debe tener de 1 a 64 letras, dígitos y . _ -, sin espacios, y empezar por una letra o un dígito',
    },
  },
  personName: {
    pattern: /^[^\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]{0,100}$/u,
    text: {
      en: 'may have at most 100 characters, without line ends and marks that turn the direction of writing',
      es: 'puede tener como máximo 100 caracteres, sin saltos de línea ni marcas que cambien la dirección',
    },
  },
  moment: {
    pattern: /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/,
    text: {
      en: 'must be a day, such as 2026-11-30, or a moment, such as 2026-11-30T12:00:00Z',
      es: 'debe ser un día, como 2026-11-30, o un momento, como 2026-11-30T12:00:00Z',
    },
  },
  timeZone: {
    pattern: /^[A-Za-z0-9_+/-]{1,64}$/,
    text: {
      en: 'must be a time zone, such as America/Santiago or UTC',
      es: 'debe ser una zona horaria, como America/Santiago o UTC',
    },
  },
} as const satisfies Readonly<Record<string, Shape>>;

/** What whoever acts may do; each one includes those before it. */
export const AccessName = z.enum(['public', 'anonymous', 'user', 'admin']);
export const LocaleName = z.enum(LOCALES);
export const SessionName = z.string().regex(/^Usuario-\d+$/);
/** `Usuario-N:mM`: part of every log line, upstream request, answer and ledger entry of the message. */
export const Trace = z.string().regex(/^Usuario-\d+:m\d+$/);
export const ModelName = z.string().min(1).max(200).regex(SHAPES.model.pattern);
export const RequestId = z.union([z.string().max(128), z.int()]);
/** UUIDv7. */
export const ConversationId = z.string().max(100);
/** The number of its row. */
export const MessageId = z.string().regex(SHAPES.message.pattern);
export const Sequence = z.int().nonnegative();
/** Not to be guessed, and known to its owner alone. */
export const FileId = z.string().min(1).max(64);
export const EXAMPLE_FILE = '9f0c1d2e-3b4a-4c5d-8e6f-7a8b9c0d1e2f';
export const Empty = z.strictObject({});

export const Usage = z.strictObject({
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  source: z.enum(['reported', 'estimated']),
});

export const Amount = z.int().nonnegative();
/** Accounts, in the ledger for ever: no personal data belongs in them. */
export const AccountName = z.string().regex(SHAPES.account.pattern);
export const EntryIndex = z.int().nonnegative();
/** Makes a repeated request harmless. */
export const LedgerId = z.string().regex(SHAPES.ledgerId.pattern);
/** `own`, or the id or name of a team. */
export const WalletName = z.string().min(1).max(100);
/** ASCII, since it stays in the ledger for ever. */
export const Reason = z.string().regex(SHAPES.reason.pattern);

/** With it the owner of an exchange can prove it; see docs/ledger.md. */
export const Receipt = z.strictObject({
  /** Index of the exchange in the ledger. */
  index: EntryIndex,
  /**
   * C2SP tlog-proof: the entry as its extra data, the inclusion proof, the signed checkpoint. It comes when
   * `receipt: "inline"` was asked for; `ledger.receipt` gives it at any time.
   */
  proof: z.string().optional(),
  /** Base64; absent when the content was erased. */
  promptSalt: z.string().optional(),
  answerSalt: z.string().optional(),
});

export const Email = z.string().regex(SHAPES.email.pattern);
/** A long one may have any characters; argon2 sees all of them. */
export const NewPassword = z.string().min(10).max(200).regex(SHAPES.password.pattern);
/** Of an account that exists, whatever was asked of new ones when it was made. */
export const Password = z.string().min(1).max(200);
export const PASSWORD_SECRET = {
  name: 'password',
  prompt: { en: 'Password', es: 'Contraseña' },
} as const;
export const NEW_PASSWORD_SECRET = {
  name: 'password',
  prompt: { en: 'New password, 10 characters or more', es: 'Contraseña nueva, de 10 caracteres o más' },
} as const;
export const PersonName = z.string().regex(SHAPES.personName.pattern);
export const Role = z.enum(['user', 'admin']);

/** `Ana · ana@example.org · user` */
export function shownUser(
  { name, email, role }: { readonly name: string; readonly email: string; readonly role: RoleName },
  locale: Locale,
): string {
  return [name, email, shownRole(role, locale)].filter((part) => part !== '').join(' · ');
}

export function shownRole(role: RoleName, locale: Locale): string {
  return ROLES[role][locale];
}

type RoleName = z.output<typeof Role>;

const ROLES = {
  user: { en: 'user', es: 'usuario' },
  admin: { en: 'administrator', es: 'administrador' },
} as const;

/** UUIDv7. */
export const RowId = z.string().min(1).max(100);
/** ISO 8601, in UTC. */
export const Time = z.iso.datetime();
/** A time that a client gives. */
export const GivenTime = z.string().regex(SHAPES.time.pattern);
export const RefreshToken = z.string().min(1).max(200);

/** What a user may know of themselves. */
export const UserView = z.strictObject({
  id: RowId,
  email: Email,
  name: PersonName,
  role: Role,
  createdAt: Time,
  locale: LocaleName.optional(),
  retentionDays: z.int().positive().optional(),
  /** The id of the team that pays unless something else is chosen. */
  wallet: z.string().optional(),
});

export const TokenPair = z.strictObject({
  /** For `session.authenticate`, and as a bearer token over HTTP. */
  accessToken: z.string(),
  /** Used once: the answer to `auth.refresh` has the next one. A browser has it in a cookie alone. */
  refreshToken: z.string(),
  /** Seconds until the access token expires. */
  expiresIn: z.int().positive(),
});

/** By it a device is known at its next login, whatever others try: it opens nothing. */
export const DeviceToken = z.string().min(1).max(200);

export const EXAMPLE_USER = {
  id: '0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d10',
  email: 'ana@example.org',
  name: 'Ana',
  role: 'user',
  createdAt: '2026-01-01T00:00:00.000Z',
} as const;

export const EXAMPLE_TOKENS = { accessToken: 'eyJ…', refreshToken: 'AZCl…', expiresIn: 900 } as const;
export const EXAMPLE_DEVICE = { deviceToken: 'Q3mJ…' } as const;

/** Of an API key everything but the key. */
export const KeyView = z.strictObject({
  id: RowId,
  name: PersonName,
  /** The first characters of the key. */
  prefix: z.string(),
  createdAt: Time,
});

export const EXAMPLE_KEY = {
  id: '0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d12',
  name: 'my program',
  prefix: 'hilo_3fK9xQ',
  createdAt: '2026-01-01T00:00:00.000Z',
} as const;

/** What administrators see of a user. */
export const ListedUser = UserView.extend({ active: z.boolean() });

/** `ID · ana@example.org · Ana · user` */
export function shownListedUser(
  { id, email, name, role, active }: z.output<typeof ListedUser>,
  locale: Locale,
): string {
  const parts = [id, email, name, shownRole(role, locale), active ? '' : INACTIVE[locale]];
  return parts.filter((part) => part !== '').join(' · ');
}

const INACTIVE = { en: 'not active', es: 'inactivo' } as const;

/** An id, or an e-mail. */
export const UserReference = z.string().min(1).max(254);
