-- One cut for all grants of a bulk revoke, and why a column is masked.
ALTER TABLE "cut" ADD COLUMN "also_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "mask" ADD COLUMN "reason" TEXT;
