-- The lists of recordings: newest first, and those under legal hold.
CREATE INDEX "recording_sealed_at_session_id_idx" ON "recording"("sealed_at", "session_id");
CREATE INDEX "recording_legal_hold_sealed_at_idx" ON "recording"("legal_hold", "sealed_at");
