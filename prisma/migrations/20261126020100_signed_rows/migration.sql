-- The same refusal as before, but an item's evidence is no longer turned over for each row of it that is
-- written: its campaign is read from its own column.
CREATE OR REPLACE FUNCTION refuse_after_sign_off() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  touched jsonb;
  campaigns text[] := '{}';
  campaign_of text;
  state_of text;
BEGIN
  IF TG_TABLE_NAME = 'campaign' THEN
    IF OLD.state = 'signed' THEN
      RAISE EXCEPTION 'campaign % is signed and can''t change', OLD.id
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_TABLE_NAME = 'campaign_item' THEN
    IF TG_OP <> 'INSERT' THEN campaigns := campaigns || OLD.campaign_id; END IF;
    IF TG_OP <> 'DELETE' THEN campaigns := campaigns || NEW.campaign_id; END IF;
  ELSE
    FOREACH touched IN ARRAY CASE TG_OP
      WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)]
      WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)]
      ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END
    LOOP
      IF touched ? 'campaign_id' THEN
        campaign_of := touched ->> 'campaign_id';
      ELSE
        SELECT campaign_id INTO campaign_of FROM campaign_item WHERE id = touched ->> 'item_id';
      END IF;
      campaigns := campaigns || campaign_of;
    END LOOP;
  END IF;
  -- The campaign is locked before its state is read: a change and the sign-off can't pass each other.
  FOR state_of IN SELECT state FROM campaign WHERE id = ANY (campaigns) ORDER BY id FOR SHARE LOOP
    IF state_of = 'signed' THEN
      RAISE EXCEPTION 'a campaign of this % is signed and can''t change', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  END LOOP;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
