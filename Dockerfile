# One image for both processes. By itself it runs server and gateway; docker-compose.yml runs one of each.
FROM node:26-slim AS base
WORKDIR /app

# The page, which needs the tools of development.
FROM base AS page
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY shared shared
COPY web web
RUN npm run build

# The packages that run in production.
FROM base AS packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM base
# Server and gateway end one after the other, within the 10 s that `docker stop` allows. Those who give
# answers more time (LIMIT_DRAIN_MS) also need `docker stop --time`.
ENV NODE_ENV=production \
    DATA_DIR=/data \
    APP_HOST=0.0.0.0 \
    GATEWAY_HOST=0.0.0.0 \
    METRICS_HOST=0.0.0.0 \
    LIMIT_DRAIN_MS=4000 \
    GATEWAY_DRAIN_SECONDS=1
COPY --from=packages /app/node_modules node_modules
COPY --from=page /app/web/dist web/dist
COPY package.json hilo ./
COPY shared shared
COPY server server
COPY gateway gateway
COPY cli cli
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
# 9464 (metrics of the server) is for other containers alone. 5002 (lines of the gateway) is open to none, but
# a gateway in another container needs APP_PROXY_HOST=0.0.0.0 here.
EXPOSE 5001 8765
# Ready means that the gateway listens and the server behind it, too. A start reads the ledger, which takes a
# while for a long one: a check that fails counts only after ten minutes, or after the first that succeeds.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10m --retries=3 \
    CMD ["node", "--input-type=module", "-e", \
    "process.exit((await fetch('http://127.0.0.1:'+(process.env.WS_PORT||8765)+'/readyz')).ok?0:1)"]
CMD ["./hilo", "up"]
