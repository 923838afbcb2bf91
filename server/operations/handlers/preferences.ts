import { HiloError } from '../../../shared/errors.ts';
import type { Handlers } from '../call.ts';
import type { ModelDirectory, RateReader } from '../services.ts';

interface PreferenceServices {
  readonly models: ModelDirectory;
  readonly rate: RateReader;
}

type PreferenceHandlers = Pick<
  Handlers,
  'session.whoami' | 'session.locale' | 'session.model' | 'models.list'
>;

/** Who one is here, and what one chooses. */
export function preferenceHandlers({ models, rate }: PreferenceServices): PreferenceHandlers {
  return {
    async 'session.whoami'(_, { session }) {
      const { limit, windowSeconds } = rate;
      return {
        session: session.name,
        locale: session.locale,
        model: session.model ?? models.defaultModel(),
        messages: session.messages,
        remaining: await rate.remaining(session.name),
        limit,
        windowSeconds,
      };
    },

    'session.locale'({ locale }, { session }) {
      session.locale = locale;
      return { locale };
    },

    async 'session.model'({ model }, { session, signal }) {
      if (model !== undefined) {
        const known = await models.list(signal);
        if (!known.includes(model)) throw new HiloError('not_found', { values: { what: model } });
        session.model = model;
      }
      return { model: session.model ?? models.defaultModel() };
    },

    async 'models.list'(_, { session, signal }) {
      const offer = await models.offer(signal);
      // One who stands in does not know the model that was chosen.
      const chosen = offer.isFirst ? session.model : undefined;
      const { provider, defaultModel } = offer;
      return { provider, current: chosen ?? defaultModel, models: [...offer.models] };
    },
  };
}
