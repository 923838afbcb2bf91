import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fold } from '../text.ts';
import { PHRASES_FOLDER, readPhrases } from '../phrase-files/read-phrases.ts';
import { SpanishReflection } from './spanish.ts';

const PHRASES = readPhrases(PHRASES_FOLDER).es.reflection;
const REFLECTION = new SpanishReflection(PHRASES);

/** What is said, and what is said back to tú, usted and vos. */
const TABLE: readonly (readonly [string, string, string, string])[] = [
  ['mi madre no me escucha', 'tu madre no te escucha', 'su madre no le escucha', 'tu madre no te escucha'],
  ['estoy cansado', 'estás cansado', 'está cansado', 'estás cansado'],
  ['soy un desastre', 'eres un desastre', 'es un desastre', 'sos un desastre'],
  ['me siento solo', 'te sientes solo', 'se siente solo', 'te sentís solo'],
  ['no puedo dormir', 'no puedes dormir', 'no puede dormir', 'no podés dormir'],
  ['quiero irme de casa', 'quieres irte de casa', 'quiere irse de casa', 'querés irte de casa'],
  ['trabajo mucho', 'trabajas mucho', 'trabaja mucho', 'trabajás mucho'],
  ['mi trabajo me agota', 'tu trabajo te agota', 'su trabajo le agota', 'tu trabajo te agota'],
  ['hablé con mi jefe', 'hablaste con tu jefe', 'habló con su jefe', 'hablaste con tu jefe'],
  ['hable con mi jefe', 'hablaste con tu jefe', 'habló con su jefe', 'hablaste con tu jefe'],
  ['mi jefe habló conmigo', 'tu jefe habló contigo', 'su jefe habló con usted', 'tu jefe habló con vos'],
  ['para mí es difícil', 'para ti es difícil', 'para usted es difícil', 'para vos es difícil'],
  ['nadie me quiere a mi', 'nadie te quiere a ti', 'nadie le quiere a usted', 'nadie te quiere a vos'],
  [
    'me acuerdo de mis abuelos',
    'te acuerdas de tus abuelos',
    'se acuerda de sus abuelos',
    'te acordás de tus abuelos',
  ],
  ['no se que hacer', 'no sabes que hacer', 'no sabe que hacer', 'no sabés que hacer'],
  ['lo mío no importa', 'lo tuyo no importa', 'lo suyo no importa', 'lo tuyo no importa'],
  ['yo era feliz', 'tú eras feliz', 'usted era feliz', 'vos eras feliz'],
  ['la quiero mucho', 'la quieres mucho', 'la quiere mucho', 'la querés mucho'],
  ['perdí mi empleo', 'perdiste tu empleo', 'perdió su empleo', 'perdiste tu empleo'],
  ['busqué trabajo', 'buscaste trabajo', 'buscó trabajo', 'buscaste trabajo'],
  [
    'tengo miedo de perderlo',
    'tienes miedo de perderlo',
    'tiene miedo de perderlo',
    'tenés miedo de perderlo',
  ],
  ['mi marido bebe', 'tu marido bebe', 'su marido bebe', 'tu marido bebe'],
  ['iré mañana', 'irás mañana', 'irá mañana', 'irás mañana'],
];

for (const [said, tú, usted, vos] of TABLE) {
  test(`“${said}” comes back from the other side, in each register`, () => {
    assert.deepEqual(
      (['tú', 'usted', 'vos'] as const).map((register) => REFLECTION.reflect(said, register)),
      [tú, usted, vos],
    );
  });
}

test('what is said of the companion comes back as I', () => {
  assert.equal(REFLECTION.reflect('tú no me entiendes', 'tú'), 'yo no te entiendo');
  assert.equal(REFLECTION.reflect('eres inútil', 'tú'), 'soy inútil');
  assert.equal(REFLECTION.reflect('vos me decís cosas', 'vos'), 'yo te digo cosas');
  assert.equal(REFLECTION.reflect('tu voz me calma', 'tú'), 'mi voz te calma');
});

test('what would come out wrong is not said back', () => {
  for (const said of ['discutimos siempre', 'nuestra casa', 'cuando era niña', 'nos peleamos']) {
    assert.equal(REFLECTION.reflect(said, 'tú'), undefined, said);
  }
});

test('the verb table knows regular, changing and irregular verbs, in present, past and future', () => {
  const forms = {
    pienso: 'pensás',
    jugue: 'jugaste',
    pague: 'pagaste',
    dormi: 'dormiste',
    vivire: 'vivirás',
  };
  for (const [yo, vos] of Object.entries(forms)) assert.equal(PHRASES.verbs.firstPerson.get(yo)?.vos, vos);
  assert.equal(PHRASES.verbs.firstPerson.get('senti')?.usted, 'sintió');
  assert.equal(PHRASES.verbs.firstPerson.get('dormi')?.usted, 'durmió');
  assert.equal(PHRASES.verbs.firstPerson.get('juego')?.tú, 'juegas');
  assert.ok([...PHRASES.verbs.firstPerson.keys()].every((form) => form === fold(form)));
});

test('any words are reflected, or not, without failing', () => {
  const word = fc.oneof(
    fc.constantFrom(...PHRASES.verbs.firstPerson.keys(), 'me', 'mi', 'no', 'la', 'que'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
      REFLECTION.reflect(words.join(' '), 'usted');
    }),
    { seed: 20_262 },
  );
});
