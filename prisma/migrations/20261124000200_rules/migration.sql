-- What the database itself refuses, whoever asks: closed value sets, one active version,
-- append-only evidence, and the run-time login's privileges.

-- Closed value sets -------------------------------------------------------------------------

ALTER TABLE person_role
  ADD CONSTRAINT person_role_role CHECK (role IN ('admin', 'approver', 'auditor', 'owner'));
ALTER TABLE agent
  ADD CONSTRAINT agent_state CHECK (state IN ('active', 'suspended', 'ended'));
ALTER TABLE resource
  ADD CONSTRAINT resource_kind CHECK (kind IN ('postgres', 'kubernetes', 'ssh', 'http')),
  ADD CONSTRAINT resource_environment CHECK (environment IN ('production', 'staging', 'development')),
  ADD CONSTRAINT resource_tls CHECK (tls IN ('disable', 'require', 'verify-full')),
  ADD CONSTRAINT resource_durability CHECK (durability IN ('process', 'disk')),
  ADD CONSTRAINT resource_port CHECK (port BETWEEN 1 AND 65535);
ALTER TABLE mask
  ADD CONSTRAINT mask_kind CHECK (kind IN ('fixed', 'partial', 'hash', 'null', 'generalise')),
  ADD CONSTRAINT mask_lookup CHECK (lookup IN ('none', 'equality'));
ALTER TABLE access_grant
  ADD CONSTRAINT grant_actions CHECK (
    cardinality(actions) > 0
    AND actions <@ ARRAY['read', 'write', 'schema', 'execute', 'admin', 'egress']),
  ADD CONSTRAINT grant_scope CHECK (cardinality(scope) > 0),
  ADD CONSTRAINT grant_reason CHECK (btrim(reason) <> ''),
  ADD CONSTRAINT grant_state CHECK (state IN ('active', 'revoked', 'ended', 'replaced')),
  ADD CONSTRAINT grant_window CHECK (ends_at IS NULL OR ends_at > starts_at);
ALTER TABLE access_request
  ADD CONSTRAINT access_request_state CHECK (state IN ('pending', 'approved', 'denied', 'expired')),
  ADD CONSTRAINT access_request_duration CHECK (duration_seconds > 0);
ALTER TABLE "freeze"
  ADD CONSTRAINT freeze_window CHECK (ends_at > starts_at);
ALTER TABLE session
  ADD CONSTRAINT session_state CHECK (state IN ('live', 'closed', 'cut', 'interrupted', 'refused')),
  ADD CONSTRAINT session_tier CHECK (
    purpose_tier IS NULL OR purpose_tier IN ('verified', 'resolved', 'correlated', 'claimed'));
ALTER TABLE statement
  ADD CONSTRAINT statement_decision CHECK (decision IN ('allow', 'deny', 'hold')),
  ADD CONSTRAINT statement_outcome CHECK (
    outcome IN ('completed', 'failed', 'refused', 'pending', 'cancelled', 'unknown'));
ALTER TABLE approval_request
  ADD CONSTRAINT approval_request_state CHECK (
    state IN ('pending', 'approved', 'denied', 'expired', 'used', 'cancelled')),
  ADD CONSTRAINT approval_request_quorum CHECK (quorum BETWEEN 1 AND 10),
  ADD CONSTRAINT approval_request_used CHECK ((state = 'used') <= (used_at IS NOT NULL));
ALTER TABLE approval_answer
  ADD CONSTRAINT approval_answer_answer CHECK (answer IN ('approve', 'deny')),
  ADD CONSTRAINT approval_answer_actor CHECK (
    (actor_kind = 'person' AND person_id IS NOT NULL)
    OR (actor_kind = 'sandbox' AND person_id IS NULL));
ALTER TABLE recording
  ADD CONSTRAINT recording_state CHECK (state IN ('sealed', 'interrupted', 'deleted'));
ALTER TABLE campaign
  ADD CONSTRAINT campaign_state CHECK (state IN ('draft', 'open', 'signed')),
  ADD CONSTRAINT campaign_period CHECK (period_to > period_from);
ALTER TABLE item_decision
  ADD CONSTRAINT item_decision_decision CHECK (decision IN ('approve', 'reduce', 'revoke', 'dont_know'));
ALTER TABLE removal
  ADD CONSTRAINT removal_state CHECK (
    state IN ('requested', 'accepted', 'absent_on_reread', 'ineffective'));
ALTER TABLE finding
  ADD CONSTRAINT finding_state CHECK (state IN ('open', 'accepted', 'resolved'));

-- One of a kind -----------------------------------------------------------------------------

CREATE UNIQUE INDEX policy_version_one_active ON policy_version (active) WHERE active;
CREATE UNIQUE INDEX mask_one_live ON mask (resource_id, "column") WHERE ended_at IS NULL;
CREATE UNIQUE INDEX finding_one_open ON finding (kind, subject_kind, subject_id) WHERE state = 'open';
CREATE UNIQUE INDEX account_email_lower ON account (lower(email));
-- One pending request for one bound statement: a second identical attempt joins the first.
CREATE UNIQUE INDEX approval_request_one_pending
  ON approval_request (agent_id, resource_id, binding) WHERE state = 'pending';
ALTER SEQUENCE approval_request_number_seq RESTART WITH 1001;

-- Statements by month -----------------------------------------------------------------------

CREATE TABLE statement_default PARTITION OF statement DEFAULT;

CREATE FUNCTION ensure_statement_partition(month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first date := date_trunc('month', month);
  name text := 'statement_' || to_char(first, 'YYYYMM');
BEGIN
  IF to_regclass(name) IS NULL THEN
    EXECUTE format(
      'CREATE TABLE %I PARTITION OF statement FOR VALUES FROM (%L) TO (%L)',
      name, first, first + interval '1 month');
  END IF;
END $$;

-- Evidence is append-only -------------------------------------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leaf
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_node
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_answer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON item_decision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sign_off
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cut_confirmation
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A signed campaign can't change ------------------------------------------------------------

CREATE FUNCTION refuse_after_sign_off() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
  campaign_of text;
BEGIN
  IF TG_TABLE_NAME = 'campaign' THEN
    campaign_of := changed ->> 'id';
    IF TG_OP = 'UPDATE' AND OLD.state <> 'signed' THEN RETURN NEW; END IF;
  ELSIF changed ? 'campaign_id' THEN
    campaign_of := changed ->> 'campaign_id';
  ELSE
    SELECT campaign_id INTO campaign_of FROM campaign_item WHERE id = changed ->> 'item_id';
  END IF;
  -- FOR SHARE: a decision and the sign-off can't pass each other.
  PERFORM 1 FROM campaign WHERE id = campaign_of AND state = 'signed' FOR SHARE;
  IF FOUND THEN
    RAISE EXCEPTION 'campaign % is signed and can''t change', campaign_of
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER signed BEFORE UPDATE OR DELETE ON campaign
  FOR EACH ROW EXECUTE FUNCTION refuse_after_sign_off();
CREATE TRIGGER signed BEFORE INSERT OR UPDATE OR DELETE ON campaign_item
  FOR EACH ROW EXECUTE FUNCTION refuse_after_sign_off();
CREATE TRIGGER signed BEFORE INSERT OR UPDATE OR DELETE ON item_reviewer
  FOR EACH ROW EXECUTE FUNCTION refuse_after_sign_off();
CREATE TRIGGER signed BEFORE INSERT ON item_decision
  FOR EACH ROW EXECUTE FUNCTION refuse_after_sign_off();
CREATE TRIGGER signed BEFORE INSERT OR UPDATE OR DELETE ON review_exception
  FOR EACH ROW EXECUTE FUNCTION refuse_after_sign_off();

-- The run-time login ------------------------------------------------------------------------
-- It owns nothing. The migrator grants membership in this role to the login of DATABASE_URL.

DO $$ BEGIN
  CREATE ROLE countersign_runtime NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

GRANT USAGE ON SCHEMA public TO countersign_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO countersign_runtime;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO countersign_runtime;
REVOKE UPDATE, DELETE, TRUNCATE ON
  ledger_entry, ledger_leaf, ledger_node, ledger_checkpoint,
  approval_answer, item_decision, sign_off, cut_confirmation
  FROM countersign_runtime;
REVOKE ALL ON FUNCTION ensure_statement_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_statement_partition(date) TO countersign_runtime;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO countersign_runtime;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO countersign_runtime;
