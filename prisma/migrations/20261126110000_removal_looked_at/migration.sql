-- The reading of its source that an imported grant's removal was last held against.
ALTER TABLE "removal" ADD COLUMN "looked_at_import" TEXT;
