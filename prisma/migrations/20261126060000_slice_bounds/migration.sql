-- A slice's index was made anew for the whole month whenever there were many: at ten million statements
-- that took minutes, and the importer waited. Now no round indexes more than `rows_max` rows at a time.

ALTER TABLE "statement_slice" ADD COLUMN "rows" BIGINT NOT NULL DEFAULT 0;
UPDATE "statement_slice" s SET "rows" = (SELECT count(*) FROM statement WHERE at >= s.from_at AND at < s.to_at)
  WHERE index_name NOT LIKE '%\_all';

DROP FUNCTION index_statements(timestamptz, integer, integer);
DROP FUNCTION index_statement_slice(date, timestamptz, timestamptz, boolean);

-- Indexes one piece of a month; `whole` leaves out the bounds, so that the planner needs none either.
CREATE FUNCTION index_statement_slice(
  month date, from_at timestamptz, to_at timestamptz, slice_rows bigint, whole boolean)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  part text := 'statement_' || to_char(month, 'YYYYMM');
  name text := part || '_text_' || CASE WHEN whole THEN 'all' ELSE to_char(to_at AT TIME ZONE 'UTC', 'DDHH24MISS') END;
BEGIN
  EXECUTE format('CREATE INDEX %I ON %I USING gin (text gin_trgm_ops, objects) %s', name, part,
    CASE WHEN whole THEN '' ELSE format('WHERE at >= %L::timestamptz AND at < %L::timestamptz', from_at, to_at) END);
  INSERT INTO statement_slice (index_name, from_at, to_at, rows) VALUES (name, from_at, to_at, slice_rows);
END $$;

-- Covers what has come since the last call, once it is worth a slice. When there are `slices_max` small
-- ones (half of `rows_max` and less), the newest are merged as far as they fit into one.
-- While an index is made, the importer waits (readers do not): its rows lie safe in the spool.
CREATE FUNCTION index_statements(
  at_now timestamptz, rows_min integer DEFAULT 50000, slices_max integer DEFAULT 16, rows_max bigint DEFAULT 1000000)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET maintenance_work_mem = '128MB' SET timezone = 'UTC' AS $$
DECLARE
  part record;
  covered timestamptz;
  until timestamptz;
  edge timestamptz;
  fresh bigint;
  small integer;
  merged text[];
  merged_from timestamptz;
  merged_rows bigint;
  old text[] := '{}';
  made integer := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7309115) THEN RETURN 0; END IF;
  FOR part IN
    SELECT to_date(substr(c.relname, 11), 'YYYYMM') AS month,
      to_date(substr(c.relname, 11), 'YYYYMM')::timestamptz AS first,
      (to_date(substr(c.relname, 11), 'YYYYMM') + interval '1 month')::timestamptz AS next
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'statement'::regclass AND c.relname ~ '^statement_[0-9]{6}$' ORDER BY c.relname
  LOOP
    SELECT coalesce(max(to_at), part.first), count(*) FILTER (WHERE rows <= rows_max / 2) INTO covered, small
      FROM statement_slice WHERE from_at >= part.first AND to_at <= part.next;
    CONTINUE WHEN covered >= part.next OR part.first > at_now;
    -- A day later nearly nothing comes late any more: nobody waits for this partition.
    IF at_now >= part.next + interval '1 day' THEN
      old := old || coalesce((SELECT array_agg(index_name) FROM statement_slice
        WHERE from_at >= part.first AND to_at <= part.next), '{}');
      PERFORM index_statement_slice(part.month, part.first, part.next, 0, true);
      made := made + 1;
      CONTINUE;
    END IF;
    until := date_trunc('second', least(at_now - interval '1 minute', part.next - interval '1 second'));
    CONTINUE WHEN until <= covered OR rows_min > (SELECT count(*) FROM (
      SELECT 1 FROM statement WHERE at >= covered AND at < until LIMIT rows_min) few);
    -- Not more than `rows_max`, but for those of one second: the next round goes on.
    SELECT date_trunc('second', at) INTO edge FROM statement
      WHERE at >= covered AND at < until ORDER BY at OFFSET rows_max LIMIT 1;
    IF edge > covered THEN until := edge; END IF;
    SELECT count(*) INTO fresh FROM statement WHERE at >= covered AND at < until;
    SELECT array_agg(index_name), min(from_at), sum(rows) INTO merged, merged_from, merged_rows FROM (
      SELECT index_name, from_at, rows, fresh + sum(rows) OVER (ORDER BY from_at DESC) AS total
      FROM statement_slice WHERE from_at >= part.first AND to_at <= part.next) s
      WHERE total <= rows_max;
    IF small < slices_max OR merged IS NULL THEN
      PERFORM index_statement_slice(part.month, covered, until, fresh, false);
    ELSE
      PERFORM index_statement_slice(part.month, merged_from, until, fresh + merged_rows, false);
      old := old || merged;
    END IF;
    made := made + 1;
  END LOOP;
  -- At the very end: readers wait from here on.
  IF cardinality(old) > 0 THEN
    DELETE FROM statement_slice WHERE index_name = ANY(old);
    EXECUTE 'DROP INDEX ' || (SELECT string_agg(quote_ident(name), ', ') FROM unnest(old) name);
  END IF;
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION index_statement_slice(date, timestamptz, timestamptz, bigint, boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION index_statements(timestamptz, integer, integer, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION index_statements(timestamptz, integer, integer, bigint) TO countersign_runtime;
