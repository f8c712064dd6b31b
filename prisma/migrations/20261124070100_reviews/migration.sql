-- What a campaign needs beside its nouns: reviewer rules, the queue's order, delegation's trace,
-- exceptions before launch; and a sign-off guard without gaps.

-- AlterTable
ALTER TABLE "campaign" ADD COLUMN "rules" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "campaign_item" ADD COLUMN "position" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "change" TEXT NOT NULL DEFAULT 'new',
ADD COLUMN "evidence_group" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "item_reviewer" ADD COLUMN "delegated_reason" TEXT,
ADD COLUMN "ended_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "review_exception" ADD COLUMN "grant_id" TEXT;

-- CreateIndex
CREATE INDEX "approval_request_resource_id_created_at_idx" ON "approval_request"("resource_id", "created_at");

-- CreateIndex
CREATE INDEX "campaign_item_campaign_id_position_idx" ON "campaign_item"("campaign_id", "position");

-- CreateIndex
CREATE INDEX "campaign_item_grant_id_idx" ON "campaign_item"("grant_id");

-- CreateIndex
CREATE INDEX "review_exception_campaign_id_idx" ON "review_exception"("campaign_id");

-- CreateIndex
CREATE INDEX "removal_item_id_idx" ON "removal"("item_id");

-- Closed value sets -------------------------------------------------------------------------

ALTER TABLE campaign_item
  ADD CONSTRAINT campaign_item_change CHECK (change IN ('new', 'changed', 'unchanged')),
  ADD CONSTRAINT campaign_item_recommendation CHECK (
    recommendation IN ('approve', 'reduce', 'revoke', 'none'));
ALTER TABLE item_reviewer
  ADD CONSTRAINT item_reviewer_duty CHECK (duty IN ('technical', 'security', 'fallback'));
-- One person at a time carries a duty.
CREATE UNIQUE INDEX item_reviewer_one_active ON item_reviewer (item_id, duty) WHERE ended_at IS NULL;
ALTER TABLE review_exception
  ADD CONSTRAINT review_exception_subject CHECK (item_id IS NOT NULL OR grant_id IS NOT NULL),
  ADD CONSTRAINT review_exception_reason CHECK (btrim(reason) <> '');

-- A signed campaign can't change ------------------------------------------------------------
-- The row that leaves and the row that arrives are both looked at, so that nothing is moved out of
-- a signed campaign. The campaign is locked before its state is read, so that a change and the
-- sign-off can't pass each other. The fixed search_path keeps temporary tables from standing in.

CREATE OR REPLACE FUNCTION refuse_after_sign_off() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  touched jsonb;
  campaign_of text;
  state_of text;
BEGIN
  IF TG_TABLE_NAME = 'campaign' THEN
    IF OLD.state = 'signed' THEN
      RAISE EXCEPTION 'campaign % is signed and can''t change', OLD.id
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  FOREACH touched IN ARRAY CASE TG_OP
    WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)]
    WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)]
    ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END
  LOOP
    IF touched ? 'campaign_id' THEN
      campaign_of := touched ->> 'campaign_id';
    ELSE
      SELECT campaign_id INTO campaign_of FROM campaign_item WHERE id = touched ->> 'item_id';
    END IF;
    SELECT state INTO state_of FROM campaign WHERE id = campaign_of FOR SHARE;
    IF state_of = 'signed' THEN
      RAISE EXCEPTION 'campaign % is signed and can''t change', campaign_of
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  END LOOP;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- A campaign is signed only together with its sign-off, and a sign-off stands only for an open one.
CREATE FUNCTION require_sign_off() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.state = 'signed' AND NOT EXISTS (SELECT 1 FROM sign_off WHERE campaign_id = NEW.id) THEN
    RAISE EXCEPTION 'campaign % has no sign-off', NEW.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER signed_off AFTER INSERT OR UPDATE ON campaign
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_sign_off();
