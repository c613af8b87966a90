# Pinrelay in a container: docker build -t pinrelay .
# docs/deploy.md says how to run it; test/deploy/dockerfile.test.ts does what stands here, step by step, without Docker.

# Compiles. Its packages stay here.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY packages/tag/package.json packages/tag/
COPY packages/relay/package.json packages/relay/
COPY packages/relay/bin packages/relay/bin
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json rollup.config.mjs ./
COPY packages packages
RUN npx tsc -b packages/relay packages/relay/browser && npx rollup -c
# Files of earlier releases that pages may pin; before the second release there are none.
RUN mkdir -p packages/tag/released

# What the relay runs with, and nothing to build it with. Node 24 has SQLite itself; the package for Node 20 is 29 MB.
FROM node:24-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json ./
COPY packages/tag/package.json packages/tag/
COPY packages/relay/package.json packages/relay/
COPY packages/relay/bin packages/relay/bin
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
RUN rm -rf node_modules/@photostructure

FROM node:24-alpine AS base
LABEL org.opencontainers.image.title="Pinrelay" \
      org.opencontainers.image.description="Measures a shop's Pinterest conversions, in the browser and on the server. Not affiliated with Pinterest." \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATABASE_URL=file:/data/pinrelay.db
# Nothing installs anything here any more. A new volume takes over the folder's owner.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* \
 && ln -s /app/packages/relay/bin/pinrelay.js /usr/local/bin/pinrelay \
 && mkdir -m 700 /data && chown node:node /data
WORKDIR /app
COPY LICENSE deploy/own-data.mjs ./
COPY --from=packages /packages/node_modules node_modules
COPY --from=build /build/packages/tag/package.json packages/tag/package.json
COPY --from=build /build/packages/tag/dist packages/tag/dist
COPY --from=build /build/packages/tag/released packages/tag/released
COPY --from=build /build/packages/relay/package.json packages/relay/package.json
COPY --from=build /build/packages/relay/bin packages/relay/bin
COPY --from=build /build/packages/relay/dist packages/relay/dist
COPY --from=build /build/packages/relay/assets packages/relay/assets
COPY --from=build /build/packages/relay/migrations packages/relay/migrations
EXPOSE 8080
VOLUME /data
# The image has no curl. /readyz: whether it can keep what it is told, and send it on.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 CMD ["pinrelay", "health"]
ENTRYPOINT ["pinrelay"]
CMD ["serve"]

# For hosts whose volumes belong to root, such as Fly: takes the volume over, and becomes the same user as below.
# docker build --target root-volume
FROM base AS root-volume
USER root
ENTRYPOINT ["node", "/app/own-data.mjs"]
CMD ["serve"]

# The image, where no target is named.
FROM base AS relay
USER node
