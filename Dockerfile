# syntax=docker/dockerfile:1

# The web is built with everything; what runs has only what production needs.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

# TLS in front, as a user of its own: `target: proxy`
FROM caddy:2 AS proxy
RUN mkdir -p /data/caddy /config/caddy && chown -R 1000:1000 /data /config
COPY deploy/Caddyfile /etc/caddy/Caddyfile
USER 1000:1000

FROM node:20-bookworm-slim AS plumbline
ENV NODE_ENV=production \
    PORT=8080 \
    PLUMBLINE_DATA=/data
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/package.json ./package.json
COPY --from=build /app/server ./server
COPY --from=build /app/collectors ./collectors
COPY --from=build /app/reconcilers ./reconcilers
COPY --from=build /app/sql ./sql
COPY --from=build /app/web ./web
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "server/plumbline.cjs"]
CMD ["start"]
