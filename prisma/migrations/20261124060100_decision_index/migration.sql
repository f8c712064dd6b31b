-- Nearly every statement is allowed: only the others are worth an index by decision.
DROP INDEX statement_decision_at_idx;
CREATE INDEX statement_decision_at ON statement (decision, at) WHERE decision <> 'allow';
