-- What the sandbox decides and signs by itself stands in nobody's name, and only in a campaign that
-- the sandbox made: a person's review can't hold any of it.

ALTER TABLE "item_decision" ALTER COLUMN "person_id" DROP NOT NULL,
ADD COLUMN "actor_kind" TEXT NOT NULL DEFAULT 'person';
ALTER TABLE "sign_off" ALTER COLUMN "person_id" DROP NOT NULL,
ADD COLUMN "actor_kind" TEXT NOT NULL DEFAULT 'person';

ALTER TABLE item_decision
  ADD CONSTRAINT item_decision_actor CHECK (actor_kind IN ('person', 'sandbox')),
  ADD CONSTRAINT item_decision_person CHECK ((actor_kind = 'person') = (person_id IS NOT NULL)),
  ADD CONSTRAINT item_decision_sandbox CHECK (actor_kind = 'person' OR decision = 'approve');
ALTER TABLE sign_off
  ADD CONSTRAINT sign_off_actor CHECK (actor_kind IN ('person', 'sandbox')),
  ADD CONSTRAINT sign_off_person CHECK ((actor_kind = 'person') = (person_id IS NOT NULL));

CREATE FUNCTION require_sandbox_campaign() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  campaign_of text;
BEGIN
  IF TG_TABLE_NAME = 'sign_off' THEN
    campaign_of := NEW.campaign_id;
  ELSE
    SELECT campaign_id INTO campaign_of FROM campaign_item WHERE id = NEW.item_id;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM campaign WHERE id = campaign_of AND created_by_kind = 'sandbox') THEN
    RAISE EXCEPTION 'only a campaign that the sandbox made holds what the sandbox decides'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_TABLE_NAME = 'sign_off' AND EXISTS (
    SELECT 1 FROM item_decision d JOIN campaign_item i ON i.id = d.item_id
    WHERE i.campaign_id = campaign_of AND d.actor_kind = 'person') THEN
    RAISE EXCEPTION 'the sandbox does not sign what persons decided' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER sandbox_only BEFORE INSERT ON item_decision
  FOR EACH ROW WHEN (NEW.actor_kind <> 'person') EXECUTE FUNCTION require_sandbox_campaign();
CREATE TRIGGER sandbox_only BEFORE INSERT ON sign_off
  FOR EACH ROW WHEN (NEW.actor_kind <> 'person') EXECUTE FUNCTION require_sandbox_campaign();
