-- Subscriptions, and the outbox that is written in the transaction of the change itself: by triggers,
-- so that no verb can forget it.

CREATE TABLE "subscription" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "destination" TEXT NOT NULL,
    "settings_sealed" BYTEA NOT NULL,
    "events" TEXT[],
    "private_network" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'active',
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id"),
    CONSTRAINT subscription_channel CHECK (channel IN ('webhook', 'teams', 'email')),
    CONSTRAINT subscription_state CHECK (state IN ('active', 'paused', 'ended'))
);
CREATE UNIQUE INDEX "subscription_name_key" ON "subscription"("name");

-- Nothing has ever been written to it.
DROP TABLE outbox;
CREATE TABLE "outbox" (
    "id" TEXT NOT NULL,
    "subscription_id" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),
    "dead_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "outbox_subscription_id_created_at_idx" ON "outbox"("subscription_id", "created_at");
CREATE INDEX outbox_due ON outbox (subscription_id, next_attempt_at) WHERE delivered_at IS NULL AND dead_at IS NULL;
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_subscription_id_fkey"
  FOREIGN KEY ("subscription_id") REFERENCES "subscription"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE FUNCTION new_message_id() RETURNS text LANGUAGE sql VOLATILE AS
  $$ SELECT 'msg_' || replace(gen_random_uuid()::text, '-', '') $$;

CREATE FUNCTION enqueue_entries() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO outbox (id, subscription_id, event, payload)
  SELECT new_message_id(), s.id, f.action, jsonb_build_object('entryId', f.id)
  FROM fresh f JOIN subscription s ON s.state = 'active' AND f.action = ANY(s.events);
  RETURN NULL;
END $$;
CREATE TRIGGER enqueue AFTER INSERT ON ledger_entry
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION enqueue_entries();

CREATE FUNCTION enqueue_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO outbox (id, subscription_id, event, payload)
  SELECT new_message_id(), s.id, 'session.closed', jsonb_build_object('sessionId', NEW.id)
  FROM subscription s WHERE s.state = 'active' AND 'session.closed' = ANY(s.events);
  RETURN NULL;
END $$;
CREATE TRIGGER enqueue AFTER UPDATE OF state ON session FOR EACH ROW
  WHEN (OLD.state = 'live' AND NEW.state <> 'live') EXECUTE FUNCTION enqueue_session();
