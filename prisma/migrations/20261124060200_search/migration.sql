-- Search over statements. Text and objects share one GIN index, made for rows that have come already:
-- while statements come in by the ten thousand a second, no trigram is cut. The open month is covered
-- slice by slice; a month that is over gets one index for all of it.

-- Trusted since Postgres 13: the database's owner may. Azure: allow pg_trgm in azure.extensions first.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE "statement_slice" (
    "index_name" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "statement_slice_pkey" PRIMARY KEY ("index_name")
);
-- Only the function below writes it.
REVOKE INSERT, UPDATE, DELETE ON statement_slice FROM countersign_runtime;

CREATE INDEX statement_outcome_at ON statement (outcome, at) WHERE outcome <> 'completed';
-- Reads and writes are nearly everything; the other actions are worth an index.
CREATE INDEX statement_rare_action ON statement (at)
  WHERE actions && ARRAY['schema', 'execute', 'admin', 'egress'];
CREATE INDEX session_owner_agent ON session (owner_id, agent_id);
CREATE INDEX session_purpose ON session USING gin (purpose gin_trgm_ops);

-- Indexes one piece of a month; `whole` leaves out the bounds, so that the planner needs none either.
CREATE FUNCTION index_statement_slice(month date, from_at timestamptz, to_at timestamptz, whole boolean)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  part text := 'statement_' || to_char(month, 'YYYYMM');
  name text := part || '_text_' || CASE WHEN whole THEN 'all' ELSE to_char(to_at AT TIME ZONE 'UTC', 'DDHH24MISS') END;
BEGIN
  EXECUTE format('CREATE INDEX %I ON %I USING gin (text gin_trgm_ops, objects) %s', name, part,
    CASE WHEN whole THEN '' ELSE format('WHERE at >= %L::timestamptz AND at < %L::timestamptz', from_at, to_at) END);
  INSERT INTO statement_slice VALUES (name, from_at, to_at);
END $$;

-- Covers what has come since the last call, once it is worth a slice; merges when there are many.
-- While an index is made, the importer waits (readers do not): its rows lie safe in the spool.
CREATE FUNCTION index_statements(
  at_now timestamptz, rows_min integer DEFAULT 50000, slices_max integer DEFAULT 16)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET maintenance_work_mem = '128MB' SET timezone = 'UTC' AS $$
DECLARE
  part record;
  covered timestamptz;
  until timestamptz;
  old text[];
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
    SELECT coalesce(array_agg(index_name), '{}'), coalesce(max(to_at), part.first) INTO old, covered
      FROM statement_slice WHERE from_at >= part.first AND to_at <= part.next;
    CONTINUE WHEN covered >= part.next OR part.first > at_now;
    -- A day later nearly nothing comes late any more.
    IF at_now >= part.next + interval '1 day' THEN
      PERFORM index_statement_slice(part.month, part.first, part.next, true);
    ELSE
      until := date_trunc('second', least(at_now - interval '1 minute', part.next - interval '1 second'));
      CONTINUE WHEN until <= covered OR rows_min > (SELECT count(*) FROM (
        SELECT 1 FROM statement WHERE at >= covered AND at < until LIMIT rows_min) few);
      IF cardinality(old) < slices_max THEN
        old := '{}';
        PERFORM index_statement_slice(part.month, covered, until, false);
      ELSE
        PERFORM index_statement_slice(part.month, part.first, until, false);
      END IF;
    END IF;
    made := made + 1;
    IF cardinality(old) > 0 THEN
      DELETE FROM statement_slice WHERE index_name = ANY(old);
      EXECUTE 'DROP INDEX ' || (SELECT string_agg(quote_ident(name), ', ') FROM unnest(old) name);
    END IF;
  END LOOP;
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION index_statement_slice(date, timestamptz, timestamptz, boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION index_statements(timestamptz, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION index_statements(timestamptz, integer, integer) TO countersign_runtime;

-- Months begin where UTC's do, whatever the server's own time zone.
ALTER FUNCTION ensure_statement_partition(date) SET timezone = 'UTC';
