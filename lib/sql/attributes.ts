/** Attributes of a statement's facts, readable in policies as `context.facts.NAME`. */
export const sqlAttributes = {
  has_where: 'every UPDATE and DELETE in it has a WHERE that is not constant; false when it has none at all',
  rows_known: 'rows that its INSERT … VALUES writes, counted in the text; -1 when unknown',
  statements: 'statements in the message that it stands in',
  writes: 'tables that it writes to',
  returns_rows: 'it answers with rows',
  calls_functions: 'functions it calls that are not known harmless',
  set_role: 'the role that SET ROLE or SET SESSION AUTHORIZATION asks for; empty: none',
  changes_pinned: 'it changes a setting that must stay as it is (and is refused)',
  reads_statistics:
    'it reads a catalog view that holds values or texts of others: pg_stats, pg_stat_activity',
  in_explain: 'it is an EXPLAIN of something else',
  in_explain_analyze: 'it is an EXPLAIN ANALYZE: what it explains runs',
  opaque: 'it runs code that cannot be read here: DO, a function not in SQL',
  dynamic_text: 'it runs SQL that stands in a value: query_to_xml, dblink',
  temporary_only: 'everything it writes or creates is temporary and its own',
  cascade: 'it drops or truncates with CASCADE',
  unresolved: 'names in it that the catalog does not know',
} as const;

export type SqlAttribute = keyof typeof sqlAttributes;
