import type { RouteDirectory } from '../../models/route-directory.ts';
import type { Personas } from '../../chat/personas.ts';
import type { Handlers } from '../call.ts';
import type { RateReader } from '../services.ts';

interface PreferenceServices {
  readonly routes: RouteDirectory;
  readonly rate: RateReader;
  readonly personas: Personas;
}

type PreferenceHandlers = Pick<
  Handlers,
  'session.whoami' | 'session.locale' | 'session.model' | 'models.list' | 'personas.list'
>;

/** Who the client is, and its preferences. */
export function preferenceHandlers({ routes, rate, personas }: PreferenceServices): PreferenceHandlers {
  return {
    async 'session.whoami'(_, { session, principal }) {
      const { windowSeconds } = rate;
      return {
        session: session.name,
        locale: session.locale,
        model: session.route ?? routes.defaultRoute(principal.access).id,
        messages: session.messages,
        remaining: await rate.remaining(principal.owner),
        limit: rate.limitOf(principal.owner),
        windowSeconds,
      };
    },

    'session.locale'({ locale }, { session }) {
      session.locale = locale;
      return { locale };
    },

    'session.model'({ model }, { session, principal: { access } }) {
      if (model !== undefined) session.route = routes.resolve(model, access)[0]?.id;
      return { model: session.route ?? routes.defaultRoute(access).id };
    },

    'personas.list': (_, { session }) => ({
      personas: personas.all.map(({ id, name, route }) => {
        return { id, name: name[session.locale], ...(route !== undefined && { route }) };
      }),
    }),

    'models.list'(_, { session, principal: { access } }) {
      const { id, provider } = routes.defaultRoute(access);
      const models = routes.list(access).filter(({ capabilities }) => capabilities.has('chat'));
      return { provider, current: session.route ?? id, models: models.map((route) => route.id) };
    },
  };
}
