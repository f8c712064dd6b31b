-- An item's state beside it, so that a queue of any length filters and counts by an index; what a
-- sign-off rests on is derived anew from the decisions.

-- AlterTable
ALTER TABLE "campaign_item" ADD COLUMN "state" TEXT NOT NULL DEFAULT 'open';

-- CreateIndex
CREATE INDEX "campaign_item_campaign_id_state_position_idx" ON "campaign_item"("campaign_id", "state", "position");

ALTER TABLE campaign_item ADD CONSTRAINT campaign_item_state CHECK (
  state IN ('open', 'partly', 'approved', 'reduced', 'revoked', 'escalated', 'excepted'));

-- Unknown outcomes are few, and every snapshot counts them.
CREATE INDEX statement_unknown ON statement (at) WHERE outcome = 'unknown';
