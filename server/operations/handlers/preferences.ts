import type { Clock } from '../../../shared/clock.ts';
import type { Capability } from '../../../shared/model-route.ts';
import type { RouteView } from '../../../shared/operations/models-list.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { Route } from '../../models/route.ts';
import type { Personas } from '../../chat/personas.ts';
import type { Handlers } from '../call.ts';
import type { Payers } from '../payers.ts';
import type { RateReader } from '../services.ts';

interface PreferenceServices {
  readonly clock: Pick<Clock, 'now'>;
  readonly routes: RouteDirectory;
  readonly rate: RateReader;
  readonly personas: Personas;
  readonly payers: Pick<Payers, 'of'>;
}

type PreferenceHandlers = Pick<
  Handlers,
  'session.whoami' | 'session.locale' | 'session.model' | 'models.list' | 'personas.list'
>;

/** Who the client is, and its preferences. */
export function preferenceHandlers({
  clock,
  routes,
  rate,
  personas,
  payers,
}: PreferenceServices): PreferenceHandlers {
  const startedAt = Math.floor(clock.now() / 1_000);
  return {
    async 'session.whoami'(_, call) {
      const { session, principal } = call;
      const { access } = await payers.of(call);
      const { windowSeconds } = rate;
      const { user } = session.credentials.login ?? {};
      return {
        session: session.name,
        ...(user && { user: { email: user.email, name: user.name, role: user.role } }),
        locale: session.locale,
        model: session.route ?? routes.defaultRoute(access).id,
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

    async 'session.model'({ model }, call) {
      const { session } = call;
      const { access } = await payers.of(call);
      if (model !== undefined) session.route = routes.resolve(model, access)[0]?.id;
      return { model: session.route ?? routes.defaultRoute(access).id };
    },

    async 'personas.list'(_, call) {
      const { locale } = call.session;
      const usable = personas.usableBy((await payers.of(call)).personas);
      return {
        personas: usable.map(({ id, name, route }) => {
          return { id, name: name[locale], ...(route !== undefined && { route }) };
        }),
      };
    },

    async 'models.list'({ model }, call) {
      const { session } = call;
      const { access } = await payers.of(call);
      const { id, provider } = routes.defaultRoute(access);
      const all = model === undefined ? routes.list(access) : [routes.named(model, access) ?? []].flat();
      const models = all.filter(({ capabilities }) => capabilities.has('chat')).map((route) => route.id);
      const views = all.map((route) => viewOf(route, startedAt));
      return { provider, current: session.route ?? id, models, routes: views };
    },
  };
}

function viewOf(route: Route, created: number): RouteView {
  const { id, provider, upstream, contextTokens, maxOutputTokens } = route;
  const capabilities = [...route.capabilities].flatMap((each) => CAPABILITY_WORDS[each] ?? []);
  return { id, provider, owner: upstream.id, created, capabilities, contextTokens, maxOutputTokens };
}

const CAPABILITY_WORDS: Readonly<Record<Capability, RouteView['capabilities'][number] | undefined>> = {
  chat: 'completion',
  embed: 'embedding',
  image: 'image',
  vision: 'vision',
  tools: 'tools',
  json: 'json',
  thinking: 'thinking',
  // A route that only judges what others say is no concern of clients.
  guard: undefined,
};
