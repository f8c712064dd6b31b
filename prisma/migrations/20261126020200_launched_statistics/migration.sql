-- A launch writes thousands of rows at once. Until autovacuum comes by, the planner believes the tables
-- to be as small as before, and a page of the queue reads all of them: a launch says it itself. Of the
-- items only what queries choose by: the evidence is wide. The run-time login owns nothing, so it may
-- call this and no more.
CREATE FUNCTION analyze_campaigns() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE campaign_item (id, campaign_id, grant_id, position, state, privileged, evidence_group), item_reviewer;
END $$;
REVOKE ALL ON FUNCTION analyze_campaigns() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION analyze_campaigns() TO countersign_runtime;

-- Counting by state reads every item's row: the wide evidence is kept beside it, and read only where it is shown.
ALTER TABLE campaign_item SET (toast_tuple_target = 1024);
