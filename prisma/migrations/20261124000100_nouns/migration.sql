-- CreateTable
CREATE TABLE "issuer" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "jwks_uri" TEXT,
    "algorithms" TEXT[],
    "single_use" BOOLEAN NOT NULL DEFAULT false,
    "managed_by" TEXT NOT NULL DEFAULT 'page',
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "issuer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "owner_id" TEXT,
    "sponsor_id" TEXT,
    "issuer_id" TEXT NOT NULL,
    "match_claims" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "state_reason" TEXT,
    "suspended_at" TIMESTAMPTZ(3),
    "repository" TEXT,
    "pipeline" TEXT,
    "last_run_at" TIMESTAMPTZ(3),
    "orphaned_at" TIMESTAMPTZ(3),
    "managed_by" TEXT NOT NULL DEFAULT 'page',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "token_use" (
    "issuer" TEXT NOT NULL,
    "jti" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "token_use_pkey" PRIMARY KEY ("issuer","jti")
);

-- CreateTable
CREATE TABLE "approval_request" (
    "id" TEXT NOT NULL,
    "number" SERIAL NOT NULL,
    "session_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "agent_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "binding" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "canonical_text" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "database_role" TEXT NOT NULL,
    "search_path" TEXT NOT NULL,
    "card" JSONB NOT NULL,
    "facts_digest" TEXT NOT NULL,
    "policies" TEXT[],
    "groups" TEXT[],
    "quorum" INTEGER NOT NULL DEFAULT 1,
    "repeat" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "state_reason" TEXT,
    "hold_until" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3),
    "used_session_id" TEXT,
    "used_seq" INTEGER,
    "claimed_person_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "approval_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval_answer" (
    "id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "person_id" TEXT,
    "actor_kind" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "reason" TEXT,
    "dwell_ms" INTEGER,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "approval_answer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access_grant" (
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "actions" TEXT[],
    "scope" TEXT[],
    "reason" TEXT NOT NULL,
    "source" TEXT NOT NULL DEFAULT 'countersign',
    "created_by_id" TEXT,
    "created_by_kind" TEXT NOT NULL DEFAULT 'person',
    "starts_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ends_at" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL DEFAULT 'active',
    "state_at" TIMESTAMPTZ(3),
    "state_reason" TEXT,
    "revoked_by_id" TEXT,
    "replaces_id" TEXT,
    "request_id" TEXT,
    "managed_by" TEXT NOT NULL DEFAULT 'page',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "access_grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access_request" (
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "actions" TEXT[],
    "scope" TEXT[],
    "reason" TEXT NOT NULL,
    "duration_seconds" INTEGER NOT NULL,
    "requested_by_id" TEXT,
    "requested_by_kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "decided_by_id" TEXT,
    "decision_reason" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "access_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cut" (
    "id" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "workers" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cut_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cut_confirmation" (
    "cut_id" TEXT NOT NULL,
    "worker_id" TEXT NOT NULL,
    "sessions_ended" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cut_confirmation_pkey" PRIMARY KEY ("cut_id","worker_id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "payload" JSONB,
    "salt" BYTEA NOT NULL,
    "payload_hash" BYTEA NOT NULL,
    "dedupe_key" TEXT,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_leaf" (
    "position" BIGINT NOT NULL,
    "entry_id" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "ledger_leaf_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "ledger_node" (
    "level" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "ledger_node_pkey" PRIMARY KEY ("level","index")
);

-- CreateTable
CREATE TABLE "ledger_checkpoint" (
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "note" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_checkpoint_pkey" PRIMARY KEY ("size")
);

-- CreateTable
CREATE TABLE "refusal_count" (
    "source" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "count" INTEGER NOT NULL,
    "worker_id" TEXT NOT NULL,
    "entry_id" TEXT,

    CONSTRAINT "refusal_count_pkey" PRIMARY KEY ("source","cause","minute","worker_id")
);

-- CreateTable
CREATE TABLE "declaration" (
    "id" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "applied_by_id" TEXT NOT NULL,
    "changes" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "declaration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "left_at" TIMESTAMPTZ(3),
    "managed_by" TEXT NOT NULL DEFAULT 'page',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "issuer" TEXT,
    "subject" TEXT,
    "last_sign_in_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person_role" (
    "person_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "person_role_pkey" PRIMARY KEY ("person_id","role")
);

-- CreateTable
CREATE TABLE "principal_group" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "managed_by" TEXT NOT NULL DEFAULT 'page',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "principal_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_person" (
    "group_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,

    CONSTRAINT "group_person_pkey" PRIMARY KEY ("group_id","person_id")
);

-- CreateTable
CREATE TABLE "group_agent" (
    "group_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,

    CONSTRAINT "group_agent_pkey" PRIMARY KEY ("group_id","agent_id")
);

-- CreateTable
CREATE TABLE "policy_version" (
    "number" SERIAL NOT NULL,
    "files" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "published_by" TEXT NOT NULL,
    "published_by_id" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "activated_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "freeze" (
    "id" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "exceptions" TEXT[],
    "created_by_id" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "freeze_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "database" TEXT,
    "username" TEXT,
    "credential_sealed" BYTEA,
    "tls" TEXT NOT NULL DEFAULT 'verify-full',
    "ca_certificate" TEXT,
    "durability" TEXT NOT NULL DEFAULT 'process',
    "owner_id" TEXT,
    "managed_by" TEXT NOT NULL DEFAULT 'page',
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mask" (
    "id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "column" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "lookup" TEXT NOT NULL DEFAULT 'none',
    "options" JSONB NOT NULL DEFAULT '{}',
    "managed_by" TEXT NOT NULL DEFAULT 'page',
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mask_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "campaign" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scope" JSONB NOT NULL,
    "period_from" TIMESTAMPTZ(3) NOT NULL,
    "period_to" TIMESTAMPTZ(3) NOT NULL,
    "risk_analysis" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "created_by_id" TEXT,
    "created_by_kind" TEXT NOT NULL DEFAULT 'person',
    "launched_at" TIMESTAMPTZ(3),
    "snapshot" JSONB,
    "snapshot_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "campaign_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "campaign_item" (
    "id" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "grant_id" TEXT NOT NULL,
    "sentence" TEXT NOT NULL,
    "grant_snapshot" JSONB NOT NULL,
    "evidence" JSONB NOT NULL,
    "evidence_hash" TEXT NOT NULL,
    "privileged" BOOLEAN NOT NULL,
    "unused_permissions" INTEGER NOT NULL,
    "used_permissions" INTEGER NOT NULL,
    "recommendation" TEXT NOT NULL,
    "recommendation_reasons" TEXT[],

    CONSTRAINT "campaign_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "item_reviewer" (
    "item_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "duty" TEXT NOT NULL,
    "delegated_from_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "item_reviewer_pkey" PRIMARY KEY ("item_id","person_id")
);

-- CreateTable
CREATE TABLE "item_decision" (
    "id" TEXT NOT NULL,
    "item_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "reason" TEXT,
    "reduced_to" JSONB,
    "replay" JSONB,
    "dwell_ms" INTEGER,
    "evidence_opened" TEXT[],
    "supersedes_id" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "item_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "removal" (
    "id" TEXT NOT NULL,
    "item_id" TEXT NOT NULL,
    "grant_id" TEXT NOT NULL,
    "new_grant_id" TEXT,
    "state" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "proofs" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "removal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review_exception" (
    "id" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "item_id" TEXT,
    "reason" TEXT NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "approved_by_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "review_exception_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_off" (
    "campaign_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "manifest_hash" TEXT NOT NULL,
    "pack_path" TEXT NOT NULL,
    "pack_hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sign_off_pkey" PRIMARY KEY ("campaign_id")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',
    "state" TEXT NOT NULL DEFAULT 'open',
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "drift" (
    "id" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "item_id" TEXT,
    "kind" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "drift_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stopped_at" TIMESTAMPTZ(3),

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "worker_id" TEXT NOT NULL,
    "grant_ids" TEXT[],
    "owner_id" TEXT,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "token_id" TEXT,
    "claims" JSONB NOT NULL,
    "purpose" TEXT,
    "purpose_tier" TEXT,
    "purpose_source" TEXT,
    "client_address" TEXT NOT NULL,
    "application_name" TEXT,
    "upstream_user" TEXT,
    "policy_version" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'live',
    "end_reason" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "statements" INTEGER NOT NULL DEFAULT 0,
    "allowed" INTEGER NOT NULL DEFAULT 0,
    "held" INTEGER NOT NULL DEFAULT 0,
    "denied" INTEGER NOT NULL DEFAULT 0,
    "rows_out" BIGINT NOT NULL DEFAULT 0,
    "bytes_out" BIGINT NOT NULL DEFAULT 0,
    "masked_fields" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "statement" (
    "session_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "agent_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "actions" TEXT[],
    "objects" TEXT[],
    "decision" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "policies" TEXT[],
    "grant_ids" TEXT[],
    "ticket" TEXT,
    "error_code" TEXT,
    "error_text" TEXT,
    "rows" BIGINT,
    "bytes_out" BIGINT NOT NULL DEFAULT 0,
    "masked_fields" INTEGER NOT NULL DEFAULT 0,
    "duration_us" BIGINT,
    "facts_digest" TEXT,

    CONSTRAINT "statement_pkey" PRIMARY KEY ("session_id","seq","at")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "statement_facts" (
    "digest" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "statement_facts_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "usage" (
    "grant_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "action" TEXT NOT NULL,
    "object" TEXT NOT NULL,
    "used" BIGINT NOT NULL DEFAULT 0,
    "used_only_this" BIGINT NOT NULL DEFAULT 0,
    "denied" BIGINT NOT NULL DEFAULT 0,
    "pending" BIGINT NOT NULL DEFAULT 0,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "last_session_id" TEXT NOT NULL,
    "last_seq" INTEGER NOT NULL,

    CONSTRAINT "usage_pkey" PRIMARY KEY ("grant_id","day","action","object")
);

-- CreateTable
CREATE TABLE "recording" (
    "session_id" TEXT NOT NULL,
    "store" TEXT NOT NULL DEFAULT 'file',
    "path" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "records" INTEGER NOT NULL,
    "blocks" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL,
    "retain_until" TIMESTAMPTZ(3),
    "legal_hold" BOOLEAN NOT NULL DEFAULT false,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "recording_pkey" PRIMARY KEY ("session_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "issuer_name_key" ON "issuer"("name");

-- CreateIndex
CREATE UNIQUE INDEX "issuer_issuer_audience_key" ON "issuer"("issuer", "audience");

-- CreateIndex
CREATE UNIQUE INDEX "agent_name_key" ON "agent"("name");

-- CreateIndex
CREATE INDEX "agent_owner_id_idx" ON "agent"("owner_id");

-- CreateIndex
CREATE INDEX "token_use_expires_at_idx" ON "token_use"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "approval_request_number_key" ON "approval_request"("number");

-- CreateIndex
CREATE INDEX "approval_request_state_created_at_idx" ON "approval_request"("state", "created_at");

-- CreateIndex
CREATE INDEX "approval_request_agent_id_resource_id_binding_idx" ON "approval_request"("agent_id", "resource_id", "binding");

-- CreateIndex
CREATE INDEX "approval_request_session_id_idx" ON "approval_request"("session_id");

-- CreateIndex
CREATE UNIQUE INDEX "approval_answer_request_id_person_id_key" ON "approval_answer"("request_id", "person_id");

-- CreateIndex
CREATE INDEX "access_grant_agent_id_resource_id_state_idx" ON "access_grant"("agent_id", "resource_id", "state");

-- CreateIndex
CREATE INDEX "access_grant_state_ends_at_idx" ON "access_grant"("state", "ends_at");

-- CreateIndex
CREATE INDEX "access_request_state_created_at_idx" ON "access_request"("state", "created_at");

-- CreateIndex
CREATE INDEX "cut_subject_kind_subject_id_idx" ON "cut"("subject_kind", "subject_id");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_entry_dedupe_key_key" ON "ledger_entry"("dedupe_key");

-- CreateIndex
CREATE INDEX "ledger_entry_at_idx" ON "ledger_entry"("at");

-- CreateIndex
CREATE INDEX "ledger_entry_action_at_idx" ON "ledger_entry"("action", "at");

-- CreateIndex
CREATE INDEX "ledger_entry_subject_kind_subject_id_at_idx" ON "ledger_entry"("subject_kind", "subject_id", "at");

-- CreateIndex
CREATE INDEX "ledger_entry_actor_id_at_idx" ON "ledger_entry"("actor_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_leaf_entry_id_key" ON "ledger_leaf"("entry_id");

-- CreateIndex
CREATE INDEX "outbox_delivered_at_next_attempt_at_idx" ON "outbox"("delivered_at", "next_attempt_at");

-- CreateIndex
CREATE UNIQUE INDEX "account_email_key" ON "account"("email");

-- CreateIndex
CREATE INDEX "account_person_id_idx" ON "account"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "account_issuer_subject_key" ON "account"("issuer", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "principal_group_name_key" ON "principal_group"("name");

-- CreateIndex
CREATE INDEX "freeze_environment_ends_at_idx" ON "freeze"("environment", "ends_at");

-- CreateIndex
CREATE UNIQUE INDEX "resource_name_key" ON "resource"("name");

-- CreateIndex
CREATE INDEX "mask_resource_id_idx" ON "mask"("resource_id");

-- CreateIndex
CREATE UNIQUE INDEX "campaign_item_campaign_id_grant_id_key" ON "campaign_item"("campaign_id", "grant_id");

-- CreateIndex
CREATE INDEX "item_reviewer_person_id_idx" ON "item_reviewer"("person_id");

-- CreateIndex
CREATE INDEX "item_decision_item_id_at_idx" ON "item_decision"("item_id", "at");

-- CreateIndex
CREATE INDEX "removal_state_due_at_idx" ON "removal"("state", "due_at");

-- CreateIndex
CREATE INDEX "finding_state_last_seen_at_idx" ON "finding"("state", "last_seen_at");

-- CreateIndex
CREATE INDEX "finding_subject_kind_subject_id_idx" ON "finding"("subject_kind", "subject_id");

-- CreateIndex
CREATE INDEX "drift_campaign_id_at_idx" ON "drift"("campaign_id", "at");

-- CreateIndex
CREATE INDEX "worker_heartbeat_at_idx" ON "worker"("heartbeat_at");

-- CreateIndex
CREATE INDEX "session_agent_id_started_at_idx" ON "session"("agent_id", "started_at");

-- CreateIndex
CREATE INDEX "session_resource_id_started_at_idx" ON "session"("resource_id", "started_at");

-- CreateIndex
CREATE INDEX "session_state_started_at_idx" ON "session"("state", "started_at");

-- CreateIndex
CREATE INDEX "session_started_at_idx" ON "session"("started_at");

-- CreateIndex
CREATE INDEX "statement_at_idx" ON "statement"("at");

-- CreateIndex
CREATE INDEX "statement_agent_id_at_idx" ON "statement"("agent_id", "at");

-- CreateIndex
CREATE INDEX "statement_resource_id_at_idx" ON "statement"("resource_id", "at");

-- CreateIndex
CREATE INDEX "statement_decision_at_idx" ON "statement"("decision", "at");

-- CreateIndex
CREATE INDEX "usage_day_idx" ON "usage"("day");

-- AddForeignKey
ALTER TABLE "agent" ADD CONSTRAINT "agent_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent" ADD CONSTRAINT "agent_sponsor_id_fkey" FOREIGN KEY ("sponsor_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent" ADD CONSTRAINT "agent_issuer_id_fkey" FOREIGN KEY ("issuer_id") REFERENCES "issuer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_request" ADD CONSTRAINT "approval_request_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_answer" ADD CONSTRAINT "approval_answer_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "approval_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval_answer" ADD CONSTRAINT "approval_answer_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_revoked_by_id_fkey" FOREIGN KEY ("revoked_by_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_replaces_id_fkey" FOREIGN KEY ("replaces_id") REFERENCES "access_grant"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "access_request"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cut_confirmation" ADD CONSTRAINT "cut_confirmation_cut_id_fkey" FOREIGN KEY ("cut_id") REFERENCES "cut"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_leaf" ADD CONSTRAINT "ledger_leaf_entry_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "ledger_entry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "person_role" ADD CONSTRAINT "person_role_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_person" ADD CONSTRAINT "group_person_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "principal_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_person" ADD CONSTRAINT "group_person_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_agent" ADD CONSTRAINT "group_agent_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "principal_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_agent" ADD CONSTRAINT "group_agent_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resource" ADD CONSTRAINT "resource_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mask" ADD CONSTRAINT "mask_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_item" ADD CONSTRAINT "campaign_item_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "campaign_item" ADD CONSTRAINT "campaign_item_grant_id_fkey" FOREIGN KEY ("grant_id") REFERENCES "access_grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "item_reviewer" ADD CONSTRAINT "item_reviewer_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "campaign_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "item_reviewer" ADD CONSTRAINT "item_reviewer_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "item_decision" ADD CONSTRAINT "item_decision_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "campaign_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "item_decision" ADD CONSTRAINT "item_decision_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "removal" ADD CONSTRAINT "removal_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "campaign_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review_exception" ADD CONSTRAINT "review_exception_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_off" ADD CONSTRAINT "sign_off_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recording" ADD CONSTRAINT "recording_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

