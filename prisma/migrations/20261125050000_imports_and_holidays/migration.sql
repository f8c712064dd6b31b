-- What other systems give, as it was read from them; and the days on which nobody works here.

-- AlterTable
ALTER TABLE "access_grant" ADD COLUMN "external_id" TEXT;

-- CreateTable
CREATE TABLE "grant_import" (
    "id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    "digest" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "added" INTEGER NOT NULL,
    "changed" INTEGER NOT NULL,
    "ended" INTEGER NOT NULL,
    "imported_by_id" TEXT,
    "imported_by_kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "grant_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "holiday" (
    "day" DATE NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "holiday_pkey" PRIMARY KEY ("day")
);

-- CreateIndex
CREATE INDEX "grant_import_source_read_at_idx" ON "grant_import"("source", "read_at");

ALTER TABLE access_grant ADD CONSTRAINT grant_external CHECK (external_id IS NULL OR source <> 'countersign');
-- One reading of a thing in its source stands at a time.
CREATE UNIQUE INDEX grant_one_external ON access_grant (source, external_id)
  WHERE state = 'active' AND external_id IS NOT NULL;
ALTER TABLE grant_import
  ADD CONSTRAINT grant_import_source CHECK (source IN ('azure-rbac', 'entra')),
  ADD CONSTRAINT grant_import_digest CHECK (digest ~ '^[0-9a-f]{64}$');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grant_import
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON grant_import FROM countersign_runtime;
