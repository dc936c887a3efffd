-- The oldest unfinished write transaction of the whole server, prepared ones and other databases included.
-- No row when none is open.
SELECT pid, database, application, state, greatest(age_ms, 0) AS age_ms
  FROM (SELECT pid, datname AS database, application_name AS application, state, backend_xid AS xid,
               extract(epoch FROM clock_timestamp() - xact_start) * 1000 AS age_ms
          FROM pg_stat_activity
         WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
         UNION ALL
        SELECT NULL, database, gid, 'prepared', transaction,
               extract(epoch FROM clock_timestamp() - prepared) * 1000
          FROM pg_prepared_xacts) AS writer
 ORDER BY age(xid) DESC
 LIMIT 1
