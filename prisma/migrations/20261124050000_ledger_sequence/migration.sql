-- Entries that have no place in the tree yet. The sequencer takes them from here, so that it never
-- has to look for them among all entries.

CREATE TABLE "ledger_unsequenced" (
    "entry_id" TEXT NOT NULL,

    CONSTRAINT "ledger_unsequenced_pkey" PRIMARY KEY ("entry_id")
);

ALTER TABLE "ledger_unsequenced" ADD CONSTRAINT "ledger_unsequenced_entry_id_fkey"
  FOREIGN KEY ("entry_id") REFERENCES "ledger_entry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

INSERT INTO ledger_unsequenced
  SELECT id FROM ledger_entry e
  WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.entry_id = e.id);

CREATE FUNCTION queue_ledger_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_unsequenced SELECT id FROM new_entries;
  RETURN NULL;
END $$;

CREATE TRIGGER queue_entries AFTER INSERT ON ledger_entry
  REFERENCING NEW TABLE AS new_entries
  FOR EACH STATEMENT EXECUTE FUNCTION queue_ledger_entries();

REVOKE INSERT, UPDATE, TRUNCATE ON ledger_unsequenced FROM countersign_runtime;

-- Retention: the payload of a sequenced entry may be forgotten, and nothing else of it may change.
-- The tree commits to the payload's salted hash, so it stands; without the salt the hash says nothing.

DROP TRIGGER append_only ON ledger_entry;
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.payload IS NULL AND NEW.salt = ''::bytea
    AND to_jsonb(NEW) - 'payload' - 'salt' = to_jsonb(OLD) - 'payload' - 'salt' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'ledger_entry is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER only_forget BEFORE UPDATE ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_entry_change();

-- Nothing younger than 30 days can be forgotten, whatever a retention policy says.
CREATE FUNCTION forget_ledger_payload(entry text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE ledger_entry e SET payload = NULL, salt = ''::bytea
    WHERE e.id = entry AND e.payload IS NOT NULL
      AND e.at < now() - interval '30 days'
      AND EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.entry_id = e.id);
  RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION forget_ledger_payload(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_ledger_payload(text) TO countersign_runtime;
