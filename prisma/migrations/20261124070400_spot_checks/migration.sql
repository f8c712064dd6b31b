-- A second person looks at a share of what was kept, drawn at random with a recorded seed.

-- CreateTable
CREATE TABLE "spot_draw" (
    "id" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "seed" TEXT NOT NULL,
    "share" DOUBLE PRECISION NOT NULL,
    "keeps" INTEGER NOT NULL,
    "drawn" INTEGER NOT NULL,
    "drawn_by_id" TEXT,
    "drawn_by_kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "spot_draw_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "spot_check" (
    "item_id" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "draw_id" TEXT NOT NULL,
    "drawn" BOOLEAN NOT NULL,
    "person_id" TEXT,

    CONSTRAINT "spot_check_pkey" PRIMARY KEY ("item_id")
);

-- CreateTable
CREATE TABLE "spot_answer" (
    "id" TEXT NOT NULL,
    "item_id" TEXT NOT NULL,
    "nth" INTEGER NOT NULL,
    "person_id" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "dwell_ms" INTEGER,
    "evidence_opened" TEXT[],
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "spot_answer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "spot_draw_campaign_id_idx" ON "spot_draw"("campaign_id");

-- CreateIndex
CREATE INDEX "spot_check_campaign_id_drawn_idx" ON "spot_check"("campaign_id", "drawn");

-- CreateIndex
CREATE INDEX "spot_check_person_id_idx" ON "spot_check"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "spot_answer_item_id_nth_key" ON "spot_answer"("item_id", "nth");

-- AddForeignKey
ALTER TABLE "spot_draw" ADD CONSTRAINT "spot_draw_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "spot_check" ADD CONSTRAINT "spot_check_draw_id_fkey" FOREIGN KEY ("draw_id") REFERENCES "spot_draw"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "spot_check" ADD CONSTRAINT "spot_check_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "campaign_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "spot_check" ADD CONSTRAINT "spot_check_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "spot_answer" ADD CONSTRAINT "spot_answer_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "spot_check"("item_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "spot_answer" ADD CONSTRAINT "spot_answer_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE spot_draw
  ADD CONSTRAINT spot_draw_seed CHECK (seed ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT spot_draw_size CHECK (drawn BETWEEN 1 AND keeps);
ALTER TABLE spot_check ADD CONSTRAINT spot_check_person CHECK (drawn OR person_id IS NULL);
ALTER TABLE spot_answer
  ADD CONSTRAINT spot_answer_outcome CHECK (outcome IN ('agree', 'disagree')),
  ADD CONSTRAINT spot_answer_reason CHECK (outcome = 'agree' OR btrim(coalesce(reason, '')) <> '');

-- A draw is made once: neither its seed nor what it drew can change, only who looks.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON spot_draw
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON spot_answer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON spot_check
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fixed BEFORE UPDATE OF item_id, campaign_id, draw_id, drawn ON spot_check
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER signed BEFORE INSERT ON spot_draw FOR EACH ROW EXECUTE FUNCTION refuse_after_sign_off();
CREATE TRIGGER signed BEFORE INSERT OR UPDATE ON spot_check FOR EACH ROW EXECUTE FUNCTION refuse_after_sign_off();
CREATE TRIGGER signed BEFORE INSERT ON spot_answer FOR EACH ROW EXECUTE FUNCTION refuse_after_sign_off();
REVOKE UPDATE, DELETE, TRUNCATE ON spot_draw, spot_answer FROM countersign_runtime;
REVOKE DELETE, TRUNCATE ON spot_check FROM countersign_runtime;
