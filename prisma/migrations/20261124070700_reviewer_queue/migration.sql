-- A reviewer's queue is read by an index of its own: campaign and place stand beside the assignment.
-- Neither changes after the launch; the trigger copies them whoever writes.

-- AlterTable
ALTER TABLE "item_reviewer" ADD COLUMN "campaign_id" TEXT NOT NULL DEFAULT '',
ADD COLUMN "position" INTEGER NOT NULL DEFAULT 0;

-- What was signed is not touched, but for the copies: nothing that anybody decided changes.
ALTER TABLE item_reviewer DISABLE TRIGGER signed;
UPDATE item_reviewer r SET campaign_id = i.campaign_id, position = i.position
FROM campaign_item i WHERE i.id = r.item_id;
ALTER TABLE item_reviewer ENABLE TRIGGER signed;

CREATE FUNCTION place_reviewer() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  SELECT campaign_id, position INTO NEW.campaign_id, NEW.position FROM campaign_item WHERE id = NEW.item_id;
  RETURN NEW;
END $$;
-- Named so that it runs before the trigger that refuses changes after the sign-off.
CREATE TRIGGER placed BEFORE INSERT OR UPDATE OF item_id, campaign_id, position ON item_reviewer
  FOR EACH ROW EXECUTE FUNCTION place_reviewer();

CREATE INDEX item_reviewer_queue ON item_reviewer (person_id, campaign_id, position) WHERE ended_at IS NULL;
