-- A draft that nobody wants stays, with who discarded it and why: a review that was due is not unmade.
ALTER TABLE campaign ADD COLUMN discarded_at timestamptz(3);
ALTER TABLE campaign ADD COLUMN discarded_by_id text;
ALTER TABLE campaign ADD COLUMN discarded_reason text;
ALTER TABLE campaign DROP CONSTRAINT campaign_state;
ALTER TABLE campaign ADD CONSTRAINT campaign_state CHECK (state IN ('draft', 'open', 'signed', 'discarded'));
ALTER TABLE campaign ADD CONSTRAINT discarded_whole
  CHECK ((state = 'discarded') = (discarded_at IS NOT NULL) AND (state = 'discarded') = (discarded_reason IS NOT NULL));

CREATE FUNCTION keep_discarded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.state = 'discarded' OR (TG_OP = 'UPDATE' AND NEW.state = 'discarded' AND OLD.state <> 'draft') THEN
    RAISE EXCEPTION 'campaign % can''t change: only a draft is discarded, and it stays so', OLD.id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER discarded BEFORE UPDATE OR DELETE ON campaign
  FOR EACH ROW EXECUTE FUNCTION keep_discarded();
