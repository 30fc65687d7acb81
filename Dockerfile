# The bot without sandbox and tests. In your own fork, pin the digest: docker buildx imagetools inspect node:24-slim
FROM node:24-slim AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
# Install scripts are not needed: they would only compile or download what Node 24 already has, or what only tests need.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/bundle.mjs scripts/
COPY src/ src/
RUN npm run build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
# Keep optional dependencies, which include the native parts of sharp and @napi-rs/canvas. Remove only better-sqlite3:
# the bot never loads it on Node 24, which has its own SQLite, so there is nothing to compile.
RUN npm ci --omit=dev --ignore-scripts && npm uninstall --omit=dev --ignore-scripts better-sqlite3

FROM node:24-slim
LABEL org.opencontainers.image.title="Timeless" \
      org.opencontainers.image.description="A Discord bot that makes images with Segmind's sdxl1.0-timeless" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules/ node_modules/
COPY --from=build /app/dist/ dist/
COPY LICENSE package.json ./
COPY scripts/healthcheck.mjs scripts/pause-after-failure.sh scripts/
# The only folder that the bot writes to. A new volume gets this owner and mode; a mounted folder needs
# the owner 1000.
RUN install --directory --owner=1000 --group=1000 --mode=700 data
VOLUME ["/app/data"]
# The user `node` as a number, so that an orchestrator can see that it isn't root.
USER 1000:1000
STOPSIGNAL SIGTERM
# Checks /healthz if HTTP_PORT is set; without it, the container always counts as healthy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["node", "scripts/healthcheck.mjs"]
CMD ["sh", "scripts/pause-after-failure.sh", "90", "node", "dist/main.js"]
