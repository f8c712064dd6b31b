-- Changes of people, roles and masks wait for a second admin.

-- CreateTable
CREATE TABLE "proposal" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "standing" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "effects" JSONB NOT NULL,
    "reason" TEXT,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "proposed_by_id" TEXT NOT NULL,
    "decided_by_id" TEXT,
    "decision_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "proposal_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "proposal_state_created_at_idx" ON "proposal"("state", "created_at");

-- Closed value sets -------------------------------------------------------------------------

ALTER TABLE proposal
  ADD CONSTRAINT proposal_state CHECK (
    state IN ('pending', 'consented', 'done', 'declined', 'withdrawn', 'stale', 'expired')),
  -- Whoever proposed does not consent, whatever a program says.
  ADD CONSTRAINT proposal_second_person CHECK (
    state NOT IN ('consented', 'done') OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id));
