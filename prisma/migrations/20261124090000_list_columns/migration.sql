-- A list is never null in the client; the schema writes list columns without NOT NULL.
ALTER TABLE approval_answer ALTER COLUMN on_behalf_of_ids DROP NOT NULL;
