# The bot alone, without sandbox and tests. Pin the digest in a fork of your own: docker buildx imagetools inspect node:24-slim
FROM node:24-slim AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
# Without install scripts: those of the packages used here would only compile or download what Node 24 has, or tests need.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src/ src/
RUN npm run build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
# Optional dependencies have to stay: the native parts of sharp and @napi-rs/canvas are among them. Only better-sqlite3 goes:
# the bot never loads it on Node 24, which brings its own SQLite, and so there is nothing to compile.
RUN npm ci --omit=dev --ignore-scripts && npm uninstall --omit=dev --ignore-scripts better-sqlite3

FROM node:24-slim
LABEL org.opencontainers.image.title="Timeless" \
      org.opencontainers.image.description="A Discord bot that paints pictures with Segmind's sdxl1.0-timeless" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules/ node_modules/
COPY --from=build /app/dist/ dist/
COPY LICENSE package.json ./
COPY scripts/healthcheck.mjs scripts/pause-after-failure.sh scripts/
# The only place that the bot writes to; a volume starts with this owner and mode. A folder that is mounted instead needs
# owner 1000.
RUN install --directory --owner=1000 --group=1000 --mode=700 data
VOLUME ["/app/data"]
# The image's user `node`, as a number, so that an orchestrator can see that it isn't root.
USER 1000:1000
STOPSIGNAL SIGTERM
# Answers only where HTTP_PORT is set, and counts as healthy elsewhere.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["node", "scripts/healthcheck.mjs"]
CMD ["sh", "scripts/pause-after-failure.sh", "90", "node", "dist/main.js"]
