import type { DangerTable } from './sign.ts';

/**
 * The plainest words for it in the languages the companion does not speak: it still has to hear them.
 * French, Portuguese, Italian, German and Catalan; the answer comes in the session's language.
 */
export const SIGNS_OTHER: DangerTable = {
  sure: {
    suicide: [
      'je (?:veux|voudrais|vais) (?:mourir|me tuer|me suicider|en finir)|jai envie de mourir|me suicider',
      'je ne veux plus vivre|plus envie de vivre|envie de mourir',
      '(?:quero|queria|vou) (?:morrer|me matar|me suicidar)|nao quero (?:mais )?viver',
      'tirar (?:a )?minha vida',
      '(?:voglio|vorrei) (?:morire|uccidermi|suicidarmi|ammazzarmi|farla finita)|non voglio piu vivere',
      '(?:ich will|mochte|ich werde) (?:nicht mehr leben|sterben|mich umbringen|mich toten)',
      'mich umbringen',
      '(?:vull|voldria) (?:morir|morirme|matarme|suicidarme)|no vull viure',
    ],
    'self-harm': ['je me (?:scarifie|coupe les)|ich ritze mich|eu me corto|mi taglio (?:le braccia|i polsi)'],
    harmed: [
      '(?:mon mari|mon pere|mon copain|il) me (?:frappe|bat|viole)',
      'mein (?:mann|vater|freund) schlagt mich',
      '(?:meu marido|meu pai|meu namorado|ele) me (?:bate|estupra)|mio (?:marito|padre) mi picchia',
    ],
  },
  unsure: {},
  innocent: ['mourir de rire|morrer de rir|morire dal ridere|morir de riure'],
  denied: ['(?:nao|non|nicht|pas)'],
  distant: ['(?:chanson|film|livre|musica|filme|livro|canzone|libro|lied|buch|canco|llibre)'],
};
