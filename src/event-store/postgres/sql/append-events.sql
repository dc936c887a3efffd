-- Appends to one stream; see the function in migrations 0001 and 0010 for what it promises and locks.
--   $1 uuid    workspace      $2 text  stream
--   $3 integer expected revision: -1 absent, null unchecked
--   $4 uuid[]  event ids      $5 text[] types     $6 integer[] schema versions
--   $7 json    data, an array  $8 jsonb  metadata
-- → outcome, last_revision, last_position
SELECT outcome, last_revision, last_position
  FROM append_events($1, $2, $3, $4, $5, $6, $7, $8)
