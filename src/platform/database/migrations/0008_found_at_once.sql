-- Words are found through their index from the first moment on. With a pending list (the default) everything that an
-- import has just written lies unsorted until a vacuum comes by: the planner then prefers to read the whole table
-- (measured on 4,000 products: 2.3 ms instead of 0.2 ms per search).
ALTER INDEX product_terms_terms SET (fastupdate = off);
ALTER INDEX product_terms_name SET (fastupdate = off);
SELECT gin_clean_pending_list('product_terms_terms'), gin_clean_pending_list('product_terms_name');
