-- Read models of the catalogue: products as they are, their history, the words they are described with. And the
-- checkpoints of all projections.

-- The last revision of a stream that a projection has applied: what makes a repetition a repetition, by whatever
-- bus, partition or re-drive it comes. Written in the transaction that writes the projection's rows.
CREATE TABLE projection_streams (
  projection text    NOT NULL,
  stream_id  text    NOT NULL,
  revision   integer NOT NULL,
  PRIMARY KEY (projection, stream_id)
);

-- How far a projection has handled a topic partition: what readers wait for.
CREATE TABLE projection_checkpoints (
  projection text    NOT NULL,
  topic      text    NOT NULL,
  partition  integer NOT NULL,
  position   bigint  NOT NULL,
  PRIMARY KEY (projection, topic, partition)
);

-- Catalogue revision that `products` has reached, and how many living products there are.
CREATE TABLE catalogue_heads (
  workspace_id uuid    NOT NULL PRIMARY KEY,
  revision     integer NOT NULL,
  products     integer NOT NULL
);

-- A deleted product keeps its last values and its version: an undo continues from there.
CREATE TABLE products (
  workspace_id uuid          NOT NULL,
  product_id   uuid          NOT NULL,
  -- "C": code point order, as the program compares; cursors and ties depend on it.
  sku          text COLLATE "C" NOT NULL,
  name         text          NOT NULL,
  price        numeric(18,2) NOT NULL,
  stock        integer       NOT NULL,
  category     text,
  brand        text,
  fields       jsonb         NOT NULL,
  version      integer       NOT NULL,
  deleted      boolean       NOT NULL,
  created_at   timestamptz   NOT NULL,
  updated_at   timestamptz   NOT NULL,
  PRIMARY KEY (workspace_id, product_id)
);
CREATE UNIQUE INDEX products_sku ON products (workspace_id, sku) WHERE NOT deleted;
CREATE INDEX products_price ON products (workspace_id, price) WHERE NOT deleted;
CREATE INDEX products_stock ON products (workspace_id, stock) WHERE NOT deleted;

-- What living products are found by. Apart from `products`, so that a new price does not rewrite text indexes.
-- See docs/adr/0005-products-are-found-by-terms.md.
CREATE TABLE product_terms (
  workspace_id uuid   NOT NULL,
  product_id   uuid   NOT NULL,
  -- `name~iphone`: a word of a field; `color=silver`: a whole field. Folded.
  terms        text[] NOT NULL,
  -- Text fields whose value is a number, as canonical decimal text.
  numbers      jsonb  NOT NULL,
  folded_name  text   NOT NULL,
  PRIMARY KEY (workspace_id, product_id)
);
CREATE INDEX product_terms_terms ON product_terms USING gin (workspace_id, terms);
CREATE INDEX product_terms_name ON product_terms USING gin (workspace_id, folded_name gin_trgm_ops);

CREATE TABLE change_sets (
  workspace_id         uuid        NOT NULL,
  change_set_id        uuid        NOT NULL,
  -- Revision of its first event in the catalogue stream: the order of change sets.
  revision             integer     NOT NULL,
  position             bigint      NOT NULL,
  origin               text        NOT NULL,
  draft_id             uuid,
  undone_change_set_id uuid,
  import_id            uuid,
  user_id              uuid        NOT NULL,
  changed_at           timestamptz NOT NULL,
  total                integer     NOT NULL,
  added                integer     NOT NULL,
  updated              integer     NOT NULL,
  deleted              integer     NOT NULL,
  PRIMARY KEY (workspace_id, change_set_id)
);
CREATE UNIQUE INDEX change_sets_newest ON change_sets (workspace_id, revision DESC);

-- One row per change of a product; `version` is the product's after the change.
CREATE TABLE product_history (
  workspace_id  uuid        NOT NULL,
  product_id    uuid        NOT NULL,
  version       integer     NOT NULL,
  change_set_id uuid        NOT NULL,
  -- Place in the change set, from 0.
  ordinal       integer     NOT NULL,
  op            text        NOT NULL,
  before        jsonb,
  after         jsonb,
  changed_at    timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, product_id, version)
);
CREATE UNIQUE INDEX product_history_change_set ON product_history (workspace_id, change_set_id, ordinal);

-- How many living products use a word or value. `kind`: category, brand, field (a custom field's value) or name
-- (a folded word of names).
CREATE TABLE vocabulary_words (
  workspace_id uuid    NOT NULL,
  kind         text    NOT NULL,
  field        text    NOT NULL,
  value        text COLLATE "C" NOT NULL,
  products     integer NOT NULL,
  PRIMARY KEY (workspace_id, kind, field, value)
);

-- Custom fields that were defined, whether products carry them or not.
CREATE TABLE vocabulary_fields (
  workspace_id uuid NOT NULL,
  key          text NOT NULL,
  PRIMARY KEY (workspace_id, key)
);

-- The revision, of the catalogue's and of the workspace's stream, that last brought a word or a field in or took one
-- out; -1 when none did.
CREATE TABLE vocabulary_heads (
  workspace_id       uuid    NOT NULL PRIMARY KEY,
  catalogue_revision integer NOT NULL,
  workspace_revision integer NOT NULL
);

-- Living products whose folded name resembles the words of a folded text, best first, each name once; `similarity` is
-- the mean of the words'. The threshold keeps one wrong letter in a short word ("ipone", 0.43) among the
-- suggestions; a function, because a setting that the index obeys cannot travel with a statement.
CREATE FUNCTION near_names(p_workspace_id uuid, p_words text[], p_rows integer)
RETURNS TABLE (product_id uuid, similarity real)
LANGUAGE sql STABLE
SET pg_trgm.word_similarity_threshold = 0.4
AS $$
  SELECT min(near.product_id::text)::uuid, near.similarity
    FROM (SELECT t.product_id, t.folded_name,
                 (sum(word_similarity(word, t.folded_name)) / cardinality(p_words))::real AS similarity
            FROM unnest(p_words) AS word
            JOIN product_terms t ON t.workspace_id = p_workspace_id AND word <% t.folded_name
           GROUP BY t.product_id, t.folded_name) AS near
   GROUP BY near.folded_name, near.similarity
   ORDER BY near.similarity DESC, near.folded_name COLLATE "C"
   LIMIT p_rows
$$;
