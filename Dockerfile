# One image for every role: ROLES says what a container does. TypeScript runs through tsx, as everywhere.
FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install scripts: what they would fetch (the pinned Node, the embedded PostgreSQL's links) a container does not use.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /app
RUN install -d -o node -g node /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json tsconfig.json ./
COPY bin ./bin
COPY deploy ./deploy
COPY src ./src
USER node
EXPOSE 3000
VOLUME /data
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "deploy/healthcheck.mjs"]
# Node itself and no shell or npm in front: SIGTERM must reach the program, which then loses nothing.
CMD ["node", "--max-old-space-size=768", "--disable-warning=TimeoutNegativeWarning", "--import", "tsx", "src/main.ts"]
