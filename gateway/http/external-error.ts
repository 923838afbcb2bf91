/** Errors at the addresses of the APIs of others, in their own forms. [H-10] */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EXTERNAL_APIS } from '../apis/index.ts';
import type { ExternalApi } from '../apis/external-api.ts';
import { addErrorHeaders, sendError, type ApiError } from './api-errors.ts';
import { pathOf } from './api-routes.ts';

export function sendExternalError(
  reply: FastifyReply,
  error: ApiError,
  request: FastifyRequest,
  api: ExternalApi,
): FastifyReply {
  const { body, status = error.status, headers = {} } = api.error(error, { id: request.id });
  return addErrorHeaders(reply, error)
    .headers(headers)
    .code(status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body));
}

/** For an address that is nobody's, or does not take the method: in the form of the API that is near it. */
export function sendErrorNear(reply: FastifyReply, error: ApiError, request: FastifyRequest): FastifyReply {
  const path = pathOf(request.url);
  const api = EXTERNAL_APIS.find((each) => each.isNear?.(path, request.headers));
  if (!api) return sendError(reply, error);
  if (api.requestIdHeader !== undefined) reply.header(api.requestIdHeader, request.id);
  return sendExternalError(reply, error, request, api);
}
