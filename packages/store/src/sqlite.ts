import Database from "better-sqlite3";
import {
  type DatabaseConnection,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  type SqliteStatement,
  type TransactionSettings,
} from "kysely";
import { withDamageTold } from "./backup/with-damage-told.ts";
import type { Batch } from "./batch.ts";
import { DatasetSession } from "./query/dataset-session.ts";
import { sqliteBatch } from "./sqlite-batch.ts";

const BUSY_TIMEOUT_MS = 10_000;
/** Each sort of a statement may take as much memory as the cache, and the sums of a night sort many times at once. */
const CACHE_KIB = 4000;

/** A statement of a file that may be damaged anywhere: whatever reads or writes there tells the way back. */
function told(statement: Database.Statement, path: string): SqliteStatement {
  return {
    reader: statement.reader,
    all: (parameters) => withDamageTold(path, () => statement.all(parameters)),
    run: (parameters) => withDamageTold(path, () => statement.run(parameters)),
    *iterate(parameters) {
      const rows = statement.iterate(parameters);
      try {
        for (;;) {
          const next = withDamageTold(path, () => rows.next());
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        rows.return?.();
      }
    },
  };
}

/** What kysely sees of a SQLite file: statements are kept prepared, and a transaction begins with `begin`. */
function prepared(database: Database.Database, begin: string): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(asked) {
      // a full disk makes SQLite roll back by itself; to be told so must not hide why
      const sql = asked === "rollback" && !database.inTransaction ? "select 1" : asked;
      let statement = statements.get(sql);
      if (statement === undefined) {
        const text = sql === "begin" ? begin : sql;
        statement = told(
          withDamageTold(database.name, () => database.prepare(text)),
          database.name,
        );
        if (statements.size < 500) statements.set(sql, statement);
      }
      return statement;
    },
  };
}

/** SQLite rolls back what makes tables, too: a process that dies within a migration leaves the ledger as it was. */
class WholeMigrations extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class LedgerDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new WholeMigrations();
  }
}

/**
 * A file that is made if it is not there. The transactions of its dialect begin IMMEDIATE: a deferred one that
 * turns from reading to writing is refused at once, whatever the busy timeout.
 */
export function openWritable(path: string): { dialect: SqliteDialect; batch: Batch } {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  database.pragma(`cache_size = -${CACHE_KIB}`);
  const dialect = new LedgerDialect({ database: prepared(database, "begin immediate") });
  return { dialect, batch: sqliteBatch(database) };
}

/** The adapter of a handle that only reads; knows where statements that we did not write are run. */
export class SqliteReaderAdapter extends SqliteAdapter {
  readonly session: DatasetSession;

  constructor(session: DatasetSession) {
    super();
    this.session = session;
  }
}

/** Lets the session of datasets see what a transaction of the handle sees, and end with the handle. */
class ReaderDriver implements Driver {
  readonly #driver: Driver;
  readonly #session: DatasetSession;

  constructor(driver: Driver, session: DatasetSession) {
    this.#driver = driver;
    this.#session = session;
  }

  init(): Promise<void> {
    return this.#driver.init();
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return this.#driver.acquireConnection();
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await this.#driver.beginTransaction(connection, settings);
    this.#session.begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    this.#session.end();
    await this.#driver.commitTransaction(connection);
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#session.end();
    await this.#driver.rollbackTransaction(connection);
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#driver.releaseConnection(connection);
  }

  async destroy(): Promise<void> {
    this.#session.close();
    await this.#driver.destroy();
  }
}

class ReaderDialect extends SqliteDialect {
  readonly #session: DatasetSession;

  constructor(config: SqliteDialectConfig, session: DatasetSession) {
    super(config);
    this.#session = session;
  }

  override createAdapter(): SqliteReaderAdapter {
    return new SqliteReaderAdapter(this.#session);
  }

  override createDriver(): Driver {
    return new ReaderDriver(super.createDriver(), this.#session);
  }
}

/**
 * A dialect on an existing file that nothing can be written through. `temporary` are statements that make what is
 * there for this connection alone.
 */
export function readOnlyDialect(path: string, temporary: readonly string[] = []): SqliteDialect {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  for (const statement of temporary) database.exec(statement);
  database.pragma("query_only = ON");
  return new ReaderDialect({ database: prepared(database, "begin") }, new DatasetSession(path, temporary));
}
