/** Everything that can be wrong with a command line or a state folder, with a text in each language. */
import type { Locale } from '../../shared/locale.ts';

const usageTexts = {
  bad_address: {
    en: (text) => `${text} is not HOST:PORT`,
    es: (text) => `${text} no es HOST:PUERTO`,
  },
  bad_log_key: {
    en: (text) => `${text} is not the verifier key of a log (Ed25519, origin+keyid+base64)`,
    es: (text) => `${text} no es la clave de verificación de un registro (Ed25519, origen+id+base64)`,
  },
  bad_name: {
    en: (text) => `${text} is no name: printable ASCII without spaces and +, up to 100`,
    es: (text) => `${text} no es un nombre: ASCII imprimible sin espacios ni +, hasta 100`,
  },
  bad_option: {
    en: (text) => text,
    es: (text) => `Opción incorrecta: ${text}`,
  },
  extra_words: {
    en: (text) => `hilo witness takes no ${text}`,
    es: (text) => `hilo witness no admite ${text}`,
  },
  missing_option: {
    en: (text) => `${text} is missing`,
    es: (text) => `Falta ${text}`,
  },
  unknown_command: {
    en: (text) => `There is no command witness ${text}`,
    es: (text) => `No existe la orden witness ${text}`,
  },
} satisfies Texts;

const stateTexts = {
  bad_key_file: {
    en: (file) => `${file} is not the secret key of a witness`,
    es: (file) => `${file} no es la clave secreta de un testigo`,
  },
  bad_state_file: {
    en: (file, origin) => `${file} is not what this witness wrote of ${origin}: bring back the true file`,
    es: (file, origin) => `${file} no es lo que este testigo escribió de ${origin}: recupere el verdadero`,
  },
  no_key: {
    en: () => 'This witness has no key yet: it needs a --name to make one',
    es: () => 'Este testigo aún no tiene clave: necesita un --name para crearla',
  },
  other_name: {
    en: (own, given) => `This witness is named ${own}, not ${given}; another name needs another folder`,
    es: (own, given) => `Este testigo se llama ${own}, no ${given}; otro nombre pide otra carpeta`,
  },
  state_locked: {
    en: (folder) => `Another witness is using ${folder}`,
    es: (folder) => `Otro testigo está usando ${folder}`,
  },
} satisfies Texts;

type Texts = Readonly<Record<string, Readonly<Record<Locale, (one: string, two: string) => string>>>>;
const texts: Texts = { ...usageTexts, ...stateTexts };

export type WitnessFaultKey = keyof typeof usageTexts | keyof typeof stateTexts;

/** The message is the English text. */
export class WitnessFault extends Error {
  override readonly name = 'WitnessFault';
  readonly key: WitnessFaultKey;
  readonly #values: readonly string[];

  constructor(key: WitnessFaultKey, ...values: readonly string[]) {
    super(textOf(key, 'en', values));
    this.key = key;
    this.#values = values;
  }

  /** Whether the command line is at fault. */
  get isUsage(): boolean {
    return Object.hasOwn(usageTexts, this.key);
  }

  text(locale: Locale): string {
    return textOf(this.key, locale, this.#values);
  }
}

export const witnessUsage: Readonly<Record<Locale, string>> = {
  en: `Usage: hilo witness --listen HOST:PORT --state DIR --name NAME --log VKEY...
       hilo witness key --state DIR [--name NAME]

  Cosigns the checkpoints of logs that only grow (C2SP tlog-witness), over HTTP.

  --listen HOST:PORT   where to listen; [::1]:8081 for IPv6; port 0 lets the system choose
  --state DIR          key and memory of the witness; losing or restoring it breaks its word
  --name NAME          such as witness.example.org/w1; needed when DIR has no key yet
  --log VKEY           verifier key of a log, origin+keyid+base64; once for each log and each of its keys

  hilo witness key prints the verifier key of the witness, for the setting WITNESSES of those whom it watches.

Exit code: 0 stopped by a signal, 1 failed, 3 usage
`,
  es: `Uso: hilo witness --listen HOST:PUERTO --state CARPETA --name NOMBRE --log CLAVE...
     hilo witness key --state CARPETA [--name NOMBRE]

  Refrenda los puntos de control de registros que solo crecen (C2SP tlog-witness), por HTTP.

  --listen HOST:PUERTO dónde escuchar; [::1]:8081 para IPv6; con el puerto 0 elige el sistema
  --state CARPETA      clave y memoria del testigo; perderla o restaurarla rompe su palabra
  --name NOMBRE        como testigo.example.org/w1; hace falta si CARPETA aún no tiene clave
  --log CLAVE          clave de verificación, origen+id+base64; una vez por registro y por cada clave suya

  hilo witness key muestra la clave de verificación del testigo, para el ajuste WITNESSES de quienes vigila.

Código de salida: 0 detenido por una señal, 1 fallo, 3 uso
`,
};

function textOf(key: WitnessFaultKey, locale: Locale, values: readonly string[]): string {
  const [one = '', two = ''] = values;
  return texts[key]?.[locale](one, two) ?? key;
}
