-- Notes between people and agents about a held statement, who waits for it, delegation while away,
-- escalation, and approvals by break-glass.

-- AlterTable
ALTER TABLE "approval_request" ADD COLUMN "escalated_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "approval_answer" ADD COLUMN "break_glass" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "on_behalf_of_ids" TEXT[] NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "approval_note" (
    "id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "nth" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "person_id" TEXT,
    "text" TEXT NOT NULL,
    "statement" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "approval_note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval_waiter" (
    "request_id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "approval_waiter_pkey" PRIMARY KEY ("request_id","session_id")
);

-- CreateTable
CREATE TABLE "absence" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "delegate_id" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "absence_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "approval_note_request_id_nth_key" ON "approval_note"("request_id", "nth");

-- CreateIndex
CREATE INDEX "approval_waiter_session_id_idx" ON "approval_waiter"("session_id");

-- CreateIndex
CREATE INDEX "absence_delegate_id_idx" ON "absence"("delegate_id");

-- AddForeignKey
ALTER TABLE "approval_note" ADD CONSTRAINT "approval_note_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "approval_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_note" ADD CONSTRAINT "approval_note_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_waiter" ADD CONSTRAINT "approval_waiter_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "approval_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "absence" ADD CONSTRAINT "absence_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "absence" ADD CONSTRAINT "absence_delegate_id_fkey" FOREIGN KEY ("delegate_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE approval_note
  ADD CONSTRAINT approval_note_kind CHECK (kind IN ('question', 'narrower', 'answer')),
  -- People ask and propose; only the agent answers.
  ADD CONSTRAINT approval_note_person CHECK ((kind = 'answer') = (person_id IS NULL)),
  ADD CONSTRAINT approval_note_statement CHECK ((kind = 'narrower') = (statement IS NOT NULL));
ALTER TABLE absence
  ADD CONSTRAINT absence_other CHECK (person_id <> delegate_id),
  ADD CONSTRAINT absence_time CHECK (until_at > from_at);
ALTER TABLE approval_answer ADD CONSTRAINT approval_answer_break_glass CHECK (
  NOT break_glass OR (actor_kind = 'person' AND answer = 'approve' AND btrim(coalesce(reason, '')) <> ''));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_note
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON approval_note FROM countersign_runtime;
-- Whoever filed what is open now waits for it.
INSERT INTO approval_waiter (request_id, session_id)
SELECT id, session_id FROM approval_request WHERE state IN ('pending', 'approved');
