import { type AttackClass, each, eachExtended, eachWithin, lines } from '../attack.ts';

// Classes 9 and 10: whole rows, functions.

const one = 'FROM customers WHERE id = 7';
const aliased = 'FROM customers c WHERE id = 7';

const wholeRows: AttackClass = {
  title: '9 whole rows',
  attacks: [
    ...eachWithin(
      'reads',
      [
        `UPDATE customers SET name = name WHERE id = 7 RETURNING *`,
        `UPDATE customers SET name = name WHERE id = 7 RETURNING old.ssn, new.ssn, ssn`,
        `UPDATE customers SET name = name WHERE id = 7 RETURNING old.*`,
        `INSERT INTO customers (id, name, email, ssn, phone) VALUES (7, 'x', 'y', 'z', 'p') ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING ssn`,
        `UPDATE orders o SET status = status FROM customers c WHERE c.id = 7 AND o.id = 3 RETURNING c.ssn`,
        `MERGE INTO tickets t USING customers c ON t.id = 2 AND c.id = 7 WHEN MATCHED THEN UPDATE SET body = body RETURNING merge_action(), c.ssn`,
      ],
      { ends: 'masked' },
    ),
    // In production a write in a WITH is held: its command tag does not count it.
    ...eachWithin(
      'reads',
      [`WITH u AS (UPDATE customers SET name = name WHERE id = 7 RETURNING ssn) SELECT * FROM u`],
      { ends: 'masked', environment: 'development' },
    ),
    ...eachWithin('reads', [
      `UPDATE customers c SET name = name WHERE id = 7 RETURNING c`,
      `UPDATE customers SET name = name WHERE id = 7 RETURNING old, new`,
      `UPDATE customers SET name = name WHERE id = 7 RETURNING WITH (OLD AS o) o::text`,
    ]),
    ...each('reads', [
      `SELECT c ${aliased}`,
      `SELECT customers ${one}`,
      `SELECT c::text ${aliased}`,
      `SELECT (c.*)::text ${aliased}`,
      `SELECT (c.*) IS NULL, c.*::text ${aliased}`,
      `SELECT ROW(c.*) ${aliased}`,
      `SELECT ROW(c.*, 1)::text ${aliased}`,
      `SELECT ROW(id, ssn) ${one}`,
      `SELECT (id, ssn) ${one}`,
      `SELECT row_to_json(c) ${aliased}`,
      `SELECT to_json(c) ${aliased}`,
      `SELECT to_jsonb(c) ->> 'ssn' ${aliased}`,
      `SELECT to_jsonb(c.*) ${aliased}`,
      `SELECT json_agg(c) ${aliased}`,
      `SELECT jsonb_object_agg(id, c) ${aliased}`,
      `SELECT array_agg(c) ${aliased}`,
      `SELECT ARRAY(SELECT c ${aliased})`,
      `SELECT string_agg(c::text, ',') ${aliased}`,
      `SELECT jsonb_build_object('x', c) ${aliased}`,
      `SELECT json_populate_record(NULL::customers, to_json(c)) ${aliased}`,
      `SELECT (json_populate_record(NULL::customers, to_json(c))).ssn ${aliased}`,
      `SELECT * FROM jsonb_to_record((SELECT to_jsonb(c) ${aliased})) AS r(ssn text)`,
      `SELECT x FROM (SELECT * ${one}) x`,
      `SELECT (x).ssn::text FROM (SELECT c ${aliased}) y(x)`,
      `SELECT x::text FROM customers x(a, b, c, d, e, f) WHERE a = 7`,
      `WITH w AS (SELECT * ${one}) SELECT w FROM w`,
      `SELECT format('%s', c) ${aliased}`,
      `SELECT concat(c) ${aliased}`,
      `SELECT md5(c::text) ${aliased}`,
      `SELECT count(c) FILTER (WHERE c::text LIKE '%999-%') ${aliased}`,
      `SELECT ROW(c.id, c.ssn) > ROW(7, '5'::text) ${aliased}`,
      `SELECT max(c::text) ${aliased}`,
      `SELECT xmlforest(c AS x) ${aliased}`,
      'SELECT e.* FROM customers c, jsonb_each_text(to_jsonb(c)) e WHERE id = 7',
      `SELECT unnest(ARRAY[c]) ${aliased}`,
      `SELECT (unnest(ARRAY[c])).ssn ${aliased}`,
      `SELECT u.ssn FROM customers c, unnest(ARRAY[c]) u WHERE c.id = 7`,
      `SELECT coalesce(c, NULL) ${aliased}`,
      `SELECT CASE WHEN true THEN c END ${aliased}`,
      `SELECT GREATEST(c, c) ${aliased}`,
      `SELECT record_out(c) ${aliased}`,
      `SELECT lead(c) OVER (ORDER BY id) FROM customers c WHERE id IN (6, 7)`,
      `SELECT c.v FROM (SELECT v FROM v_customers v WHERE id = 7) c`,
      `SELECT v FROM v_customers v WHERE id = 7`,
      `SELECT m FROM m_customers m WHERE id = 7`,
      `SELECT a FROM accounts a WHERE id = 1`,
      `SELECT a FROM accounts_low a WHERE id = 1`,
      `SELECT s FROM staff s WHERE id = 1`,
      `SELECT (s.*) IS DISTINCT FROM NULL, s.*::text FROM staff s WHERE id = 1`,
    ]),
    ...each(
      'reads',
      [
        `SELECT * ${one}`,
        `SELECT c.* ${aliased}`,
        `TABLE customers`,
        `SELECT (c).ssn ${aliased}`,
        `SELECT (c).* ${aliased}`,
        'SELECT z.ssn FROM (SELECT 1) y, LATERAL (SELECT c.ssn FROM customers c WHERE id = 7) z',
        `SELECT * FROM ONLY customers WHERE id = 7`,
        `SELECT * FROM customers x(a, b, c, d, e, f) WHERE a = 7`,
        `SELECT d FROM customers x(a, b, c, d) WHERE a = 7`,
        `SELECT * FROM v_customers WHERE id = 7`,
        `SELECT number, email FROM v_customers WHERE id = 7`,
        `SELECT n FROM v_nested`,
        `SELECT code FROM m_customers WHERE id = 7`,
        `SELECT * FROM accounts WHERE id = 1`,
        `SELECT iban FROM accounts_low WHERE id = 1`,
        `SELECT birth, salary, pay, badge, prefs, photo, tags, pin FROM staff WHERE id = 1`,
        `SELECT * FROM staff ORDER BY id`,
      ],
      { ends: 'masked' },
    ),
  ],
};

const expressions = String.raw`
  reverse(ssn)
  upper(ssn)
  substr(ssn, 1, 3)
  left(ssn, 1)
  md5(ssn)
  length(replace(ssn, '7', ''))
  ascii(ssn)
  encode(convert_to(ssn, 'UTF8'), 'hex')
  encode(sha256(ssn::bytea), 'base64')
  ssn || ''
  '' || ssn
  ssn::varchar
  ssn::"char"
  ssn::varchar(3)
  CAST(ssn AS name)
  quote_literal(ssn)
  quote_ident(ssn)
  format('%s', ssn)
  concat(ssn)
  concat_ws('-', ssn)
  translate(ssn, '9', 'x')
  regexp_replace(ssn, '-', '')
  regexp_match(ssn, '\d+')
  regexp_count(ssn, '7')
  split_part(ssn, '-', 1)
  string_to_array(ssn, '-')
  position('9' in ssn)
  overlay(ssn placing 'x' from 1)
  trim(ssn)
  lpad(ssn, 20)
  hashtext(ssn)
  ssn COLLATE "C"
  coalesce(ssn, 'x')
  nullif(ssn, 'x')
  greatest(ssn, '0')
  least(ssn, 'z')
  CASE WHEN true THEN ssn END
  CASE left(ssn, 1) WHEN '9' THEN 1 END
  ARRAY[ssn]
  (ARRAY[ssn])[1]
  ROW(ssn)
  to_json(ssn)
  to_jsonb(ssn)
  json_build_object('a', ssn)
  jsonb_build_array(ssn)
  JSON_OBJECT('a' : ssn)
  JSON_ARRAY(ssn)
  JSON_SCALAR(ssn)
  JSON_SERIALIZE(JSON_SCALAR(ssn))
  JSON_VALUE(to_jsonb(ssn), '$')
  JSON_QUERY(to_jsonb(ssn), '$')
  JSON_EXISTS(to_jsonb(ssn), '$ ? (@ starts with "9")')
  xmlelement(name a, ssn)
  xmlforest(ssn)
  xmlconcat(xmlelement(name a, ssn))
  xmlserialize(CONTENT xmlelement(name a, ssn) AS text)
  xmlcomment(replace(ssn, '-', ''))
  xpath('/a/text()', xmlelement(name a, ssn))
  to_tsvector('simple', ssn)
  ssn ^@ '9'
  ssn ~ '^9'
  ssn !~~ '9%'
  ssn IS DISTINCT FROM 'x' AND ssn < '5'
  starts_with(ssn, '9')
  num_nulls(nullif(left(ssn, 1), '9'))
  set_config('my.x', ssn, true)
  generate_series(1, ascii(ssn) - 48)
  repeat('x', ascii(ssn) - 48)
  to_hex(ascii(ssn))
  chr(ascii(ssn))
  decode(replace(ssn, '-', '') || '0', 'hex')
  unistr(ssn)
  normalize(ssn)
  casefold(ssn)
  crc32(ssn::bytea)
  string_to_table(ssn, '-')
  pg_input_is_valid(left(ssn, ascii(ssn) - 55), 'int')
  to_number(left(ssn, 3), '999')
  parse_ident('a' || left(ssn, 1))
  regexp_substr(ssn, '\d')`;

const functions: AttackClass = {
  title: '10 functions, operators and casts',
  attacks: [
    ...each('reads', [
      ...lines(expressions).map((expression) => `SELECT ${expression} ${one}`),
      `SELECT string_agg(ssn, ',') ${one}`,
      `SELECT array_agg(ssn) ${one}`,
      `SELECT min(ssn) ${one}`,
      `SELECT max(ssn) OVER () ${one}`,
      `SELECT first_value(ssn) OVER (ORDER BY id) ${one}`,
      `SELECT lag(ssn, 0) OVER (ORDER BY id) ${one}`,
      `SELECT mode() WITHIN GROUP (ORDER BY ssn) ${one}`,
      `SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY ssn) ${one}`,
      `SELECT json_agg(ssn) ${one}`,
      `SELECT JSON_ARRAYAGG(ssn) ${one}`,
      `SELECT JSON_OBJECTAGG(id : ssn) ${one}`,
      `SELECT JSON_ARRAY(SELECT ssn ${one})`,
      `SELECT jsonb_object_agg(ssn, 1) ${one}`,
      `SELECT xmlagg(xmlelement(name a, ssn)) ${one}`,
      `SELECT any_value(ssn) ${one}`,
      `SELECT bool_or(ssn < '5') ${one}`,
      `SELECT count(*) FILTER (WHERE ssn < '5') ${one}`,
      `SELECT rank('5') WITHIN GROUP (ORDER BY ssn) ${one}`,
      `SELECT dense_rank('5') WITHIN GROUP (ORDER BY ssn) ${one}`,
      `SELECT array_agg(id ORDER BY ssn) FROM customers WHERE id IN (7, 8, 9, 10, 11)`,
      `SELECT upper((SELECT ssn ${one}))`,
      `SELECT * FROM upper((SELECT ssn ${one}))`,
      `SELECT * FROM json_each_text((SELECT to_json(c) ${aliased}))`,
      `SELECT * FROM unnest(ARRAY(SELECT ssn ${one}))`,
      `SELECT * FROM regexp_split_to_table((SELECT ssn ${one}), '')`,
      `SELECT x FROM customers, LATERAL regexp_split_to_table(ssn, '') x WHERE id = 7`,
      `SELECT * FROM JSON_TABLE((SELECT to_jsonb(c) ${aliased}), '$' COLUMNS (ssn text PATH '$.ssn')) t`,
      `SELECT x FROM customers c, XMLTABLE('/a' PASSING xmlelement(name a, ssn) COLUMNS x text PATH '.') t WHERE id = 7`,
      `SELECT xmlexists('/a[starts-with(text(), "9")]' PASSING xmlelement(name a, ssn)) ${one}`,
      `WITH RECURSIVE r(n, x) AS (SELECT 1, left(ssn, 1) ${one} UNION ALL SELECT n + 1, x FROM r WHERE n < 2) SELECT * FROM r`,
      `WITH w AS (SELECT ssn s ${one}) SELECT s || '' FROM w`,
      `SELECT x || '' FROM (SELECT ssn x ${one}) y`,
      `SELECT number || '' FROM v_customers WHERE id = 7`,
      `SELECT code::text FROM m_customers WHERE id = 7`,
      `SELECT iban || '' FROM accounts_low WHERE id = 1`,
      `SELECT iban || '' FROM accounts WHERE id = 1`,
      `SELECT salary + 0 FROM staff WHERE id = 1`,
      `SELECT salary::text FROM staff WHERE id = 1`,
      `SELECT sum(pay) FROM staff WHERE id = 1`,
      `SELECT avg(salary), stddev(pay) FROM staff`,
      `SELECT extract(month FROM birth) FROM staff WHERE id = 1`,
      `SELECT age('2020-01-01', birth) FROM staff WHERE id = 1`,
      `SELECT date_trunc('day', birth::timestamp) FROM staff WHERE id = 1`,
      `SELECT birth - '1984-01-01' FROM staff WHERE id = 1`,
      `SELECT badge::text FROM staff WHERE id = 1`,
      `SELECT uuid_extract_version(badge) IS NULL, badge > '5b7d4c11-92aa-4f3e-8c55-badc0de99f01' FROM staff WHERE id = 1`,
      `SELECT prefs ->> 'memo' FROM staff WHERE id = 1`,
      `SELECT prefs['memo'] FROM staff WHERE id = 1`,
      `SELECT prefs #>> '{memo}' FROM staff WHERE id = 1`,
      `SELECT jsonb_path_query(prefs, '$.memo') FROM staff WHERE id = 1`,
      `SELECT prefs @? '$.memo ? (@ starts with "memo-q")' FROM staff WHERE id = 1`,
      `SELECT tags[1] FROM staff WHERE id = 1`,
      `SELECT tags[1:2] FROM staff WHERE id = 1`,
      `SELECT unnest(tags) FROM staff WHERE id = 1`,
      `SELECT array_to_string(tags, ',') FROM staff WHERE id = 1`,
      `SELECT encode(photo, 'escape') FROM staff WHERE id = 1`,
      `SELECT get_byte(photo, 5) FROM staff WHERE id = 1`,
      `SELECT pin::text FROM staff WHERE id = 1`,
      `SELECT pin::int + 0 FROM staff WHERE id = 1`,
      `SELECT email || '' ${one}`,
      `SELECT substring(email from 1 for 4) ${one}`,
    ]),
    ...eachExtended('reads', [
      [`SELECT substr(ssn, $1::int, 1) ${one}`, '1'],
      [`SELECT ssn || $1 ${one}`, 'x'],
      `SELECT md5(ssn) ${one}`,
      [`SELECT ssn FROM customers WHERE left(ssn, 1) = $1`, '9'],
    ]),
  ],
};

export const maskAttacks: readonly AttackClass[] = [wholeRows, functions];
