-- Groups whose approvers answer for a resource, and the catalog that grants are expanded against.

CREATE TABLE "resource_group" (
    "resource_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,

    CONSTRAINT "resource_group_pkey" PRIMARY KEY ("resource_id","group_id")
);

CREATE TABLE "resource_object" (
    "resource_id" TEXT NOT NULL,
    "schema" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "columns" TEXT[],
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "resource_object_pkey" PRIMARY KEY ("resource_id","schema","name","kind")
);

ALTER TABLE "resource_group" ADD CONSTRAINT "resource_group_resource_id_fkey"
  FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "resource_group" ADD CONSTRAINT "resource_group_group_id_fkey"
  FOREIGN KEY ("group_id") REFERENCES "principal_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "resource_object" ADD CONSTRAINT "resource_object_resource_id_fkey"
  FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "resource_object"
  ADD CONSTRAINT resource_object_kind CHECK (kind IN ('table', 'view', 'sequence', 'function'));

-- Sessions that lean on a grant: what revoking it would cut.
CREATE INDEX session_live_grants ON session USING gin (grant_ids) WHERE state = 'live';
-- From a ticket to the statement that it held.
CREATE INDEX statement_ticket ON statement (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX usage_grant_last ON usage (grant_id, last_at DESC);
