-- One row per thing, the newest state in it: the design this benchmark compares with.
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TABLE workspaces (
  workspace_id uuid NOT NULL PRIMARY KEY,
  name         text NOT NULL
);

CREATE TABLE api_keys (
  key_hash     bytea NOT NULL PRIMARY KEY,
  workspace_id uuid  NOT NULL REFERENCES workspaces
);

CREATE TABLE products (
  workspace_id uuid          NOT NULL REFERENCES workspaces,
  product_id   uuid          NOT NULL DEFAULT gen_random_uuid(),
  sku          text          NOT NULL,
  name         text          NOT NULL,
  price        numeric(18,2) NOT NULL,
  stock        integer       NOT NULL,
  category     text,
  brand        text,
  fields       jsonb         NOT NULL,
  version      integer       NOT NULL DEFAULT 1,
  updated_at   timestamptz   NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, product_id),
  UNIQUE (workspace_id, sku)
);
-- What people filter by.
CREATE INDEX products_price ON products (workspace_id, price);
CREATE INDEX products_stock ON products (workspace_id, stock);
CREATE INDEX products_fields ON products USING gin (workspace_id, fields jsonb_path_ops);

CREATE TABLE drafts (
  draft_id          uuid        NOT NULL PRIMARY KEY,
  workspace_id      uuid        NOT NULL REFERENCES workspaces,
  client_request_id text,
  prompt            text        NOT NULL,
  status            text        NOT NULL DEFAULT 'pending',
  task              jsonb,
  preview           jsonb,
  change_set_id     uuid,
  error             text,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, client_request_id)
);
CREATE INDEX drafts_newest ON drafts (workspace_id, created_at DESC);

CREATE TABLE change_sets (
  change_set_id uuid        NOT NULL PRIMARY KEY,
  workspace_id  uuid        NOT NULL REFERENCES workspaces,
  draft_id      uuid        NOT NULL UNIQUE REFERENCES drafts,
  -- One object per product: its id, before, after.
  rows          jsonb       NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX change_sets_newest ON change_sets (workspace_id, created_at DESC);
