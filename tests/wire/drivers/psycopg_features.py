"""What psycopg 3 is used for, one line of output for each. Run on the target and through the gateway."""

import datetime
import decimal
import threading
import uuid

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg.types.range import Range


def told(label, value):
    print(f"{label}: {value!r}", flush=True)


def failed(label, error):
    diag = error.diag
    told(label, (error.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint,
                 diag.statement_position, diag.constraint_name, diag.column_name))


def expect_error(label, work):
    try:
        told(label, work())
    except psycopg.Error as error:
        failed(label, error)


def types(conn):
    utc = datetime.timezone.utc
    values = [
        None, True, -1, 2**40, 1.5, decimal.Decimal("12345678901234567890.123456789"), "naïve ☃ 'quoted'",
        b"\x00\x01\xff", datetime.date(2024, 2, 29), datetime.time(23, 59, 59, 999999),
        datetime.datetime(1999, 12, 31, 23, 59, 59, 1), datetime.datetime(2024, 2, 29, 12, tzinfo=utc),
        datetime.timedelta(days=3, seconds=4), uuid.UUID(int=7), Jsonb({"a": [1, None, {"b": "c"}]}),
        [1, 2, None], ["a", None, 'b"{,}'], [[1, 2], [3, 4]], Range(1, 5), [datetime.date(2024, 1, 1)],
    ]
    for binary in (False, True):
        for value in values:
            cursor = conn.execute("select %s", (value,), binary=binary)
            told(f"type binary={binary}", (cursor.fetchone(), cursor.description[0].type_code))
    told("text types", conn.execute(
        "select 'a'::char(3), 'b'::varchar, '{1,2}'::int[], '[2024-01-01,2024-02-01)'::daterange,"
        " '10.0.0.1/8'::inet, 'infinity'::float8, '1 day 2 hours'::interval, (1, 'x')").fetchone())
    expect_error("infinite date", lambda: conn.execute("select 'infinity'::timestamp").fetchone())


def errors(conn):
    expect_error("syntax", lambda: conn.execute("selekt 1"))
    expect_error("division", lambda: conn.execute("select 1 / %s", (0,)))
    expect_error("no table", lambda: conn.execute("select * from nowhere"))
    expect_error("no column", lambda: conn.execute("select nothing from customers"))
    expect_error("bad cast", lambda: conn.execute("select %s::int", ("x",)))
    conn.execute("create temp table once(id int primary key, n int check (n > 0), t text not null)")
    conn.execute("insert into once values (1, 1, 'a')")
    expect_error("unique", lambda: conn.execute("insert into once values (1, 2, 'b')"))
    expect_error("check", lambda: conn.execute("insert into once values (2, -2, 'b')"))
    expect_error("not null", lambda: conn.execute("insert into once values (3, 2, null)"))
    expect_error("two commands with values", lambda: conn.execute("select 1; select %s", (1,)))
    cursor = conn.execute("select 1; select 2, 3; insert into once values (9, 9, 'z')")
    results = [cursor.fetchall()]
    while cursor.nextset():
        results.append(cursor.fetchall() if cursor.description else (cursor.statusmessage, cursor.rowcount))
    told("several results", results)


def transactions(conn):
    with conn.transaction():
        conn.execute("create temp table steps(n int)")
        try:
            with conn.transaction():
                conn.execute("insert into steps values (1)")
                conn.execute("select 1 / 0")
        except psycopg.errors.DivisionByZero:
            told("inside a savepoint", conn.info.transaction_status.name)
        conn.execute("insert into steps values (2)")
    told("after savepoints", conn.execute("select n from steps").fetchall())
    try:
        with conn.transaction():
            expect_error("fails", lambda: conn.execute("select broken"))
            expect_error("aborted", lambda: conn.execute("select 1"))
            told("status", conn.info.transaction_status.name)
            raise psycopg.Rollback()
    except psycopg.Error as error:
        failed("rollback", error)
    conn.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
    conn.read_only = True
    with conn.transaction():
        told("isolation", conn.execute("show transaction_isolation").fetchone())
        expect_error("read only", lambda: conn.execute("create table never(x int)"))
        raise psycopg.Rollback()


def preparing(conn):
    for n in range(8):
        told("prepared", conn.execute("select %s::int * 2 as twice", (n,), prepare=True).fetchone())
    with conn.cursor(row_factory=dict_row) as cursor:
        cursor.executemany("insert into steps values (%s) returning n", [(7,), (8,), (9,)], returning=True)
        many = [cursor.fetchone()]
        while cursor.nextset():
            many.append(cursor.fetchone())
        told("executemany", (cursor.rowcount, many))
    conn.execute("deallocate all")
    expect_error("after deallocate all", lambda: conn.execute("select %s::int", (1,)).fetchone())


def pipelines(conn):
    with conn.pipeline() as pipeline:
        cursors = [conn.execute("select %s::int", (n,)) for n in range(50)]
        pipeline.sync()
        told("pipeline", sum(cursor.fetchone()[0] for cursor in cursors))
    with conn.pipeline() as pipeline:
        conn.execute("select 'before'")
        expect_error("pipeline error", lambda: conn.execute("select 1 / 0").fetchone())
        expect_error("pipeline skips", lambda: conn.execute("select 'skipped'").fetchone())
        pipeline.sync()
        told("pipeline again", conn.execute("select 'again'").fetchone())
    with conn.pipeline():
        conn.execute("begin")
        conn.execute("insert into steps values (100)")
        conn.execute("rollback")
        told("pipelined rollback", conn.execute("select count(*) from steps where n = 100").fetchone())


def cursors(conn):
    with conn.transaction():
        with conn.cursor(name="served", scrollable=True) as cursor:
            cursor.execute("select generate_series(1, 1000)")
            told("fetchmany", cursor.fetchmany(3))
            cursor.scroll(100)
            told("scrolled", cursor.fetchone())
            cursor.scroll(5, mode="absolute")
            told("absolute", cursor.fetchmany(2))
            cursor.itersize = 64
            told("iterated", sum(row[0] for row in cursor))
    with conn.cursor(name="held", withhold=True) as cursor:
        cursor.execute("select n from generate_series(1, 5) n")
        told("held", cursor.fetchall())
    with conn.cursor() as cursor:
        told("stream", [row[0] for row in cursor.stream("select generate_series(1, 20)")])


def copies(conn):
    conn.execute("create temp table copied(id int, body text, at timestamptz, raw bytea)")
    at = datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.timezone.utc)
    with conn.cursor() as cursor:
        with cursor.copy("copy copied from stdin") as copy:
            for n in range(5000):
                copy.write_row((n, f"line\t{n}\n\\", at, bytes([n % 256])))
        told("copied in", cursor.rowcount)
        with cursor.copy("copy copied (id, body) from stdin (format binary)") as copy:
            copy.set_types(["int4", "text"])
            copy.write_row((-1, "binary"))
            copy.write_row((-2, None))
        with cursor.copy("copy (select * from copied where id < 2 order by id) to stdout") as copy:
            told("rows", list(copy.rows()))
        with cursor.copy("copy (select id, body from copied where id < 0) to stdout (format binary)") as copy:
            copy.set_types(["int4", "text"])
            told("binary rows", list(copy.rows()))
        with cursor.copy("copy copied (id, body) to stdout (format csv, header)") as copy:
            told("csv bytes", sum(len(block) for block in copy))
    def bad():
        with conn.cursor() as cursor, cursor.copy("copy copied (id) from stdin") as copy:
            copy.write("not a number\n")
    expect_error("bad copy", bad)
    try:
        with conn.cursor() as cursor, cursor.copy("copy copied (id) from stdin") as copy:
            copy.write_row((1,))
            raise RuntimeError("mine")
    except (psycopg.Error, RuntimeError) as error:
        told("broken off", type(error).__name__)
    told("then", conn.execute("select count(*), sum(id) from copied").fetchone())


def cancels(conn):
    timer = threading.Timer(0.3, conn.cancel)
    timer.start()
    expect_error("cancelled", lambda: conn.execute("select pg_sleep(30)"))
    timer.join()
    told("lives on", conn.execute("select 1").fetchone())
    conn.execute("set statement_timeout = 50")
    expect_error("timeout", lambda: conn.execute("select pg_sleep(30)"))
    conn.execute("reset statement_timeout")


def notifications(conn, other):
    conn.execute("listen news")
    other.execute("notify news, 'one'")
    other.execute("select pg_notify('news', %s)", ("two ☃",))
    heard = []
    for notify in conn.notifies():
        heard.append((notify.channel, notify.payload, notify.pid == other.info.backend_pid))
        if len(heard) == 2:
            break
    told("heard", heard)
    told("own pid", conn.execute("select pg_backend_pid()").fetchone()[0] == conn.info.backend_pid)
    conn.execute("unlisten *")
    notices = []
    conn.add_notice_handler(lambda diag: notices.append((diag.severity, diag.message_primary)))
    conn.execute("drop table if exists nothing_there")
    told("notices", notices)


def large_objects(conn):
    with conn.transaction():
        oid, = conn.execute("select lo_from_bytea(0, %s)", (b"0123456789" * 1000,)).fetchone()
        told("part", conn.execute("select lo_get(%s, 5, 10)", (oid,)).fetchone())
        handle, = conn.execute("select lo_open(%s, 131072 + 262144)", (oid,)).fetchone()
        conn.execute("select lo_lseek64(%s, 0, 2)", (handle,))
        conn.execute("select lowrite(%s, %s)", (handle, b"more"))
        told("size", conn.execute("select lo_tell64(%s)", (handle,)).fetchone())
        told("closed", conn.execute("select lo_close(%s), lo_unlink(%s)", (handle, oid)).fetchone())


def describing(conn):
    cursor = conn.execute("select id, name, email as mail, now() from customers limit 0")
    told("columns", [(c.name, c.type_code, c.internal_size, c.precision, c.scale) for c in cursor.description])
    query = sql.SQL("select {} from {} order by 1 limit 3").format(sql.Identifier("id"), sql.Identifier("customers"))
    told("composed", conn.execute(query).fetchall())
    told("who", conn.execute("select current_user, current_schema, current_setting('TimeZone')").fetchone())
    told("parameters", [(n, conn.info.parameter_status(n)) for n in
                        ("server_version", "client_encoding", "TimeZone", "application_name", "DateStyle")])
    conn.execute("set datestyle = 'German'")
    told("a changed parameter", (conn.info.parameter_status("DateStyle"), conn.execute("select date '2024-02-01'::text").fetchone()))
    conn.execute("set application_name = 'renamed'")
    told("renamed", conn.info.parameter_status("application_name"))


def main():
    with psycopg.connect(autocommit=True, application_name="features") as conn:
        with psycopg.connect(autocommit=True) as other:
            types(conn)
            errors(conn)
            transactions_in_own(other)
            preparing(other)
            pipelines(other)
            cursors(conn)
            copies(conn)
            cancels(conn)
            notifications(conn, other)
            large_objects(conn)
            describing(conn)


def transactions_in_own(conn):
    try:
        transactions(conn)
    finally:
        conn.isolation_level = None
        conn.read_only = None


main()
