import { PostgresAdapter, PostgresDialect, type PostgresDialectConfig } from "kysely";
import type { ClientConfig } from "pg";

/** The adapter of a handle that only reads; knows how a second connection of the same login is made. */
export class ReaderAdapter extends PostgresAdapter {
  readonly config: ClientConfig;

  constructor(config: ClientConfig) {
    super();
    this.config = config;
  }
}

/** The dialect of a handle that only reads, and runs what we did not write. */
export class ReaderDialect extends PostgresDialect {
  readonly #clientConfig: ClientConfig;

  constructor(config: PostgresDialectConfig, clientConfig: ClientConfig) {
    super(config);
    this.#clientConfig = clientConfig;
  }

  override createAdapter(): ReaderAdapter {
    return new ReaderAdapter(this.#clientConfig);
  }
}
