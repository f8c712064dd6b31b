-- Reviews that come again by themselves, who was reminded when, and drift that was seen.

-- AlterTable
ALTER TABLE "campaign" ADD COLUMN "series_id" TEXT;

-- CreateTable
CREATE TABLE "review_series" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "every" TEXT NOT NULL,
    "scope" JSONB NOT NULL,
    "rules" JSONB NOT NULL,
    "due_in_business_days" INTEGER NOT NULL,
    "risk_analysis" TEXT NOT NULL,
    "anchor" TIMESTAMPTZ(3) NOT NULL,
    "made" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "review_series_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review_notice" (
    "campaign_id" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "person_id" TEXT NOT NULL,
    "waiting" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "review_notice_pkey" PRIMARY KEY ("campaign_id","step","person_id")
);

-- AddForeignKey
ALTER TABLE "campaign" ADD CONSTRAINT "campaign_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "review_series"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_notice" ADD CONSTRAINT "review_notice_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_notice" ADD CONSTRAINT "review_notice_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE review_series ADD CONSTRAINT review_series_every CHECK (
  every IN ('quarterly', 'half-yearly', 'yearly'));
CREATE INDEX campaign_series ON campaign (series_id) WHERE series_id IS NOT NULL;
-- The same change is drift once.
CREATE UNIQUE INDEX drift_once ON drift (campaign_id, coalesce(item_id, ''), kind, summary);
CREATE INDEX drift_item ON drift (item_id) WHERE item_id IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON review_notice
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON drift
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON review_notice, drift FROM countersign_runtime;
