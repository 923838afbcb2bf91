import type { RouteDirectory } from '../../models/route-directory.ts';
import type { Handlers } from '../call.ts';
import type { RateReader } from '../services.ts';

interface PreferenceServices {
  readonly routes: RouteDirectory;
  readonly rate: RateReader;
}

type PreferenceHandlers = Pick<
  Handlers,
  'session.whoami' | 'session.locale' | 'session.model' | 'models.list'
>;

/** Who one is here, and what one chooses. */
export function preferenceHandlers({ routes, rate }: PreferenceServices): PreferenceHandlers {
  return {
    async 'session.whoami'(_, { session }) {
      const { limit, windowSeconds } = rate;
      return {
        session: session.name,
        locale: session.locale,
        model: session.model ?? routes.defaultRoute(session.access).id,
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

    'session.model'({ model }, { session }) {
      const { access } = session;
      if (model !== undefined) session.model = routes.resolve(model, access)[0]?.id;
      return { model: session.model ?? routes.defaultRoute(access).id };
    },

    'models.list'(_, { session }) {
      const { id, provider } = routes.defaultRoute(session.access);
      const models = routes.list(session.access).filter(({ capabilities }) => capabilities.has('chat'));
      return { provider, current: session.model ?? id, models: models.map((route) => route.id) };
    },
  };
}
