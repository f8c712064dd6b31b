import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.*;
import java.time.*;
import java.util.*;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the JDBC driver is used for, one line of output for each. Run on the target and through the gateway. */
public class JdbcFeatures {
  interface Work { Object run() throws Exception; }

  static void told(String label, Object value) {
    System.out.println(label + ": " + (value instanceof Object[] list ? Arrays.deepToString(list) : value));
  }

  static void attempt(String label, Work work) throws Exception {
    try {
      told(label, work.run());
    } catch (SQLException error) {
      ServerErrorMessage server = error instanceof PSQLException found ? found.getServerErrorMessage() : null;
      told(label, error.getSQLState() + " " + (server == null ? error.getMessage()
          : server.getMessage() + "|" + server.getDetail() + "|" + server.getHint() + "|" + server.getPosition()));
    }
  }

  static List<List<Object>> rows(ResultSet set) throws SQLException {
    List<List<Object>> all = new ArrayList<>();
    int width = set.getMetaData().getColumnCount();
    while (set.next()) {
      List<Object> row = new ArrayList<>();
      for (int column = 1; column <= width; column++) row.add(shown(set.getObject(column)));
      all.add(row);
    }
    return all;
  }

  static Object shown(Object value) throws SQLException {
    if (value instanceof byte[] bytes) return HexFormat.of().formatHex(bytes);
    if (value instanceof java.sql.Array array) return Arrays.deepToString((Object[]) array.getArray());
    return value;
  }

  static Connection open(String more) throws SQLException {
    String url = "jdbc:postgresql://" + env("PGHOST") + ":" + env("PGPORT") + "/" + env("PGDATABASE")
        + "?sslmode=" + env("PGSSLMODE") + "&ApplicationName=features" + more;
    return DriverManager.getConnection(url, env("PGUSER"), env("PGPASSWORD"));
  }

  static String env(String name) { return System.getenv(name); }

  static void types(Connection c) throws Exception {
    Object[] values = {
      1, 2L, 1.5, new BigDecimal("12345678901234567890.12345"), "naïve ☃", true, LocalDate.of(2024, 2, 29),
      LocalTime.of(23, 59, 58), LocalDateTime.of(1999, 12, 31, 23, 59, 59, 1000),
      OffsetDateTime.of(2024, 2, 29, 12, 0, 0, 0, ZoneOffset.UTC), new byte[] {0, 1, -1}, new UUID(0, 7),
    };
    // Five times: then the driver prepares by name and asks for binary.
    for (int round = 0; round < 7; round++) {
      for (Object value : values) {
        try (PreparedStatement s = c.prepareStatement("select ?, pg_typeof(?)::text")) {
          s.setObject(1, value);
          s.setObject(2, value);
          told("type", rows(s.executeQuery()));
        }
      }
    }
    try (PreparedStatement s = c.prepareStatement("select ?::int[], ?::text[], ?::jsonb")) {
      for (int round = 0; round < 7; round++) {
        s.setArray(1, c.createArrayOf("int4", new Object[] {1, null, 3}));
        s.setArray(2, c.createArrayOf("text", new Object[] {"a", null, "b\"{,}"}));
        PGobject json = new PGobject();
        json.setType("jsonb");
        json.setValue("{\"a\": [1, null]}");
        s.setObject(3, json);
        told("arrays", rows(s.executeQuery()));
      }
    }
  }

  static void errors(Connection c) throws Exception {
    try (Statement s = c.createStatement()) {
      attempt("syntax", () -> s.execute("selekt 1"));
      attempt("division", () -> s.execute("select 1/0"));
      attempt("no table", () -> s.execute("select * from nowhere"));
      s.execute("create temp table once(id int primary key, t text not null)");
      attempt("not null", () -> s.execute("insert into once values (1, null)"));
      s.execute("insert into once values (1, 'a')");
      attempt("unique", () -> s.execute("insert into once values (1, 'b')"));
      attempt("several", () -> {
        List<Object> seen = new ArrayList<>();
        boolean isRows = s.execute("select 1; update once set t = 'c'; select 2, 3");
        for (;;) {
          if (isRows) seen.add(rows(s.getResultSet()));
          else if (s.getUpdateCount() >= 0) seen.add(s.getUpdateCount());
          else return seen;
          isRows = s.getMoreResults();
        }
      });
      s.execute("do $$ begin raise warning 'look out'; end $$");
      told("warning", s.getWarnings() == null ? null : s.getWarnings().getMessage());
    }
  }

  static void transactions(Connection c) throws Exception {
    c.setAutoCommit(false);
    try (Statement s = c.createStatement()) {
      s.execute("create temp table steps(n int)");
      Savepoint mark = c.setSavepoint("mark");
      s.execute("insert into steps values (1)");
      attempt("fails", () -> s.execute("select broken"));
      attempt("aborted", () -> s.execute("select 1"));
      c.rollback(mark);
      s.execute("insert into steps values (2)");
      c.commit();
      told("after", rows(s.executeQuery("select n from steps")));
      s.execute("insert into steps values (3)");
      c.rollback();
      told("rolled back", rows(s.executeQuery("select n from steps")));
      c.commit();
      c.setReadOnly(true);
      c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      attempt("read only", () -> s.execute("create table never(x int)"));
      c.rollback();
      c.setReadOnly(false);
      c.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    }
    c.setAutoCommit(true);
  }

  static void batches(Connection c) throws Exception {
    try (PreparedStatement s = c.prepareStatement("insert into steps values (?)")) {
      for (int n = 0; n < 300; n++) {
        s.setInt(1, n);
        s.addBatch();
      }
      told("batch", Arrays.stream(s.executeBatch()).sum());
    }
    try (PreparedStatement s = c.prepareStatement("insert into steps values (?) returning n", Statement.RETURN_GENERATED_KEYS)) {
      s.setInt(1, 42);
      s.executeUpdate();
      told("keys", rows(s.getGeneratedKeys()));
    }
    try (PreparedStatement s = c.prepareStatement("insert into once values (?, 'x')")) {
      for (int n : new int[] {5, 5, 6}) {
        s.setInt(1, n);
        s.addBatch();
      }
      try {
        s.executeBatch();
      } catch (BatchUpdateException error) {
        told("failed batch", error.getSQLState() + Arrays.toString(error.getUpdateCounts()));
      }
    }
  }

  static void cursors(Connection c) throws Exception {
    c.setAutoCommit(false);
    try (PreparedStatement s = c.prepareStatement("select generate_series(1, ?)")) {
      s.setFetchSize(7);
      s.setInt(1, 100);
      told("by portions", rows(s.executeQuery()).size());
      s.setMaxRows(10);
      told("at most", rows(s.executeQuery()).size());
    }
    try (Statement s = c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY)) {
      ResultSet set = s.executeQuery("select generate_series(1, 50)");
      set.absolute(40);
      told("scrolled", set.getInt(1));
    }
    try (Statement s = c.createStatement()) {
      s.execute("declare mine cursor for select generate_series(1, 5)");
      told("fetch", rows(s.executeQuery("fetch 2 from mine")));
      s.execute("close mine");
    }
    c.commit();
    c.setAutoCommit(true);
    try (Statement s = c.createStatement(ResultSet.TYPE_SCROLL_SENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
      ResultSet set = s.executeQuery("select id, t from once order by id");
      set.next();
      set.updateString("t", "updated");
      set.updateRow();
      told("updated", set.getString("t"));
    }
  }

  static void copies(Connection c) throws Exception {
    CopyManager copy = c.unwrap(PGConnection.class).getCopyAPI();
    try (Statement s = c.createStatement()) {
      s.execute("create temp table copied(a int, b text)");
      StringBuilder text = new StringBuilder();
      for (int n = 0; n < 5000; n++) text.append(n).append("\tline ").append(n).append('\n');
      told("copied in", copy.copyIn("copy copied from stdin", new StringReader(text.toString())));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      told("copied out", copy.copyOut("copy copied to stdout (format csv)", out) + " " + out.size());
      attempt("bad copy", () -> copy.copyIn("copy copied from stdin", new StringReader("x\n")));
      told("then", rows(s.executeQuery("select count(*), sum(a) from copied")));
    }
  }

  static void cancels(Connection c) throws Exception {
    try (Statement s = c.createStatement()) {
      Thread later = new Thread(() -> {
        try {
          Thread.sleep(300);
          s.cancel();
        } catch (Exception error) {
          told("cancel", error);
        }
      });
      later.start();
      attempt("cancelled", () -> s.execute("select pg_sleep(30)"));
      later.join();
      s.setQueryTimeout(1);
      attempt("timeout", () -> s.execute("select pg_sleep(30)"));
      s.setQueryTimeout(0);
      told("lives on", rows(s.executeQuery("select 1")));
    }
  }

  static void notifications(Connection c, Connection other) throws Exception {
    try (Statement s = c.createStatement(); Statement o = other.createStatement()) {
      s.execute("listen news");
      o.execute("notify news, 'hello ☃'");
      PGNotification[] heard = c.unwrap(PGConnection.class).getNotifications(10_000);
      told("heard", heard[0].getName() + " " + heard[0].getParameter());
      s.execute("unlisten *");
    }
  }

  /** These go as FunctionCall messages. */
  static void largeObjects(Connection c) throws Exception {
    c.setAutoCommit(false);
    LargeObjectManager manager = c.unwrap(PGConnection.class).getLargeObjectAPI();
    long oid = manager.createLO(LargeObjectManager.READWRITE);
    LargeObject object = manager.open(oid, LargeObjectManager.READWRITE);
    byte[] bytes = new byte[200_000];
    for (int n = 0; n < bytes.length; n++) bytes[n] = (byte) (n * 7);
    object.write(bytes);
    object.seek(1000);
    told("read", HexFormat.of().formatHex(object.read(8)));
    told("size", object.size64());
    object.truncate(100);
    told("cut", object.size());
    object.close();
    c.commit();
    manager.delete(oid);
    c.commit();
    try {
      manager.open(oid, LargeObjectManager.READ);
    } catch (SQLException error) {
      // Its text names the oid.
      told("gone", error.getSQLState());
    }
    c.rollback();
    c.setAutoCommit(true);
  }

  static void metadata(Connection c) throws Exception {
    DatabaseMetaData about = c.getMetaData();
    told("version", about.getDatabaseProductVersion());
    told("tables", names(about.getTables(null, "public", "%", new String[] {"TABLE", "VIEW"}), "TABLE_NAME"));
    told("columns", names(about.getColumns(null, "public", "customers", "%"), "COLUMN_NAME"));
    told("keys", names(about.getPrimaryKeys(null, "public", "customers"), "COLUMN_NAME"));
    told("references", names(about.getImportedKeys(null, "public", "orders"), "FKCOLUMN_NAME"));
    told("indexes", names(about.getIndexInfo(null, "public", "customers", false, false), "INDEX_NAME"));
    told("schemas", names(about.getSchemas(null, "p_b%"), "TABLE_SCHEM"));
    told("types", names(about.getTypeInfo(), "TYPE_NAME").contains("jsonb"));
    told("functions", names(about.getFunctions(null, "pg_catalog", "lower%"), "FUNCTION_NAME"));
    told("procedures", names(about.getProcedures(null, "public", "%"), "PROCEDURE_NAME"));
    try (PreparedStatement s = c.prepareStatement("select id, email from customers where id = ?")) {
      told("parameter", s.getParameterMetaData().getParameterTypeName(1));
      told("column", s.getMetaData().getColumnTypeName(2) + s.getMetaData().isNullable(2));
    }
  }

  static List<String> names(ResultSet set, String column) throws SQLException {
    List<String> found = new ArrayList<>();
    while (set.next()) found.add(set.getString(column));
    return found;
  }

  static void calls(Connection c) throws Exception {
    try (CallableStatement s = c.prepareCall("{? = call upper(?)}")) {
      s.registerOutParameter(1, Types.VARCHAR);
      s.setString(2, "loud");
      s.execute();
      told("call", s.getString(1));
    }
    try (Statement s = c.createStatement()) {
      told("escape", rows(s.executeQuery("select {fn concat('a', 'b')}, {d '2024-02-29'}")));
    }
  }

  public static void main(String[] arguments) throws Exception {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    try (Connection c = open(""); Connection other = open("&preferQueryMode=simple")) {
      types(c);
      errors(c);
      transactions(c);
      batches(c);
      cursors(c);
      copies(c);
      cancels(c);
      notifications(c, other);
      largeObjects(c);
      metadata(c);
      calls(c);
      try (Statement s = other.createStatement()) {
        told("simple mode", rows(s.executeQuery("select 1, 'x', null::int")));
      }
    }
    try (Connection rewriting = open("&reWriteBatchedInserts=true&autosave=always")) {
      types(rewriting);
      errors(rewriting);
      transactions(rewriting);
      batches(rewriting);
    }
  }
}
