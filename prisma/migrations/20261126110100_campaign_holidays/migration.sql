-- The clocks of a review that runs go by the holidays of its launch.
ALTER TABLE "campaign" ADD COLUMN "holidays" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
UPDATE "campaign" SET "holidays" = ARRAY(SELECT to_char(day, 'YYYY-MM-DD') FROM holiday ORDER BY day)
  WHERE state = 'open';
