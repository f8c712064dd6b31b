ALTER TABLE "recording" ADD COLUMN "wrapped_key" TEXT;
ALTER TABLE "recording" ADD COLUMN "removed_at" TIMESTAMPTZ(3);

-- What the retention job looks for.
CREATE INDEX "recording_retain_until_idx" ON "recording" ("retain_until");
