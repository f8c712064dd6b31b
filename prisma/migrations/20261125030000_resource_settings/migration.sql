ALTER TABLE "resource"
  ADD COLUMN "tls_certificate" TEXT,
  ADD COLUMN "tls_key_sealed" BYTEA,
  ADD COLUMN "settings" JSONB NOT NULL DEFAULT '{}';
