\set QUIET on
\pset pager off
\encoding
\conninfo
\d customers
\d+ orders
\dt
\dn
\di
\ds
\dv
\df lower
\dT int4
\l template1
\sf pg_catalog.to_hex(int)
\echo :SERVER_VERSION_NAME :ENCODING :AUTOCOMMIT
select 1 as one, 'two' as two \gset
\echo :one :two :ROW_COUNT
select 'select ' || n from generate_series(1, 3) n \gexec
\crosstabview
select r, c, r * c as v from generate_series(1, 2) r, generate_series(1, 2) c \crosstabview r c v
select id, name from customers order by id limit 2 \gdesc
\x on
select id, name from customers order by id limit 1;
\x off
\pset format csv
select null as nothing, 'a,b' as comma;
\pset format aligned
create temp table fed(a int, b text);
\copy fed from pstdin csv
1,one
2,"two, too"
\.
\copy (select * from fed order by a desc) to stdout csv header
copy fed from stdin;
3	three
\.
select count(*), sum(a) from fed;
begin;
savepoint a;
select 1/0;
rollback to a;
select 'alive' as state;
commit;
\set ON_ERROR_ROLLBACK on
begin;
select broken;
select 'still in the transaction' as state;
commit;
\set ON_ERROR_ROLLBACK off
\set FETCH_COUNT 7
select sum(n) over () as s, n from generate_series(1, 20) n limit 15;
\unset FETCH_COUNT
\set SHOW_ALL_RESULTS on
select 1 as a\; select 2 as b\; select 1/0\; select 3 as c;
\echo :ERROR :SQLSTATE :LAST_ERROR_MESSAGE
\errverbose
prepare p(int) as select $1 * 2 as twice;
execute p(21);
deallocate p;
listen news;
notify news, 'nobody else';
unlisten *;
set datestyle = 'German';
select date '2024-02-01';
explain (costs off) select * from customers where id = 1;
\lo_import :lo_file
select octet_length(lo_get(:LASTOID)) as bytes;
\lo_export :LASTOID :lo_out
\lo_unlink :LASTOID
select lo_get(0);
do $$ begin raise notice 'heard'; end $$;
\timing off
\q
