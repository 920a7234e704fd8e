import { constants, type DatabaseSync } from "node:sqlite";
import { ALLOWED_FUNCTIONS, ALLOWED_TABLE_FUNCTIONS } from "./allowed-functions.ts";

/** What SQLite asks an authorizer about while it compiles a statement. */
const NAMED = new Map(
  Object.entries(constants).flatMap(([name, code]) =>
    /_(CHANGESET_|OK$|IGNORE$|DENY$|COPY$)/.test(name) ? [] : [[code, name.replace("SQLITE_", "")] as const],
  ),
);

/** What a connection may compile beside the allowed functions, and who gets the reason where it may not. */
export interface ReadingRules {
  /**
   * Whether this may be read, by its name in lower case. A table that no column is read of (`SELECT COUNT(*) FROM …`)
   * comes with the empty column, and so does a CTE.
   */
  mayRead(relation: string, column: string): boolean;
  /** Gets the reason, since an error of SQLite says no more than "not authorized". */
  denied?(why: string): void;
}

export const noView = (name: string): string =>
  `"${name}" is none of the ledger's views, which "nightledger dictionary" lists`;

/**
 * Lets a connection compile nothing but a SELECT with the allowed functions; whatever else SQLite asks about is denied,
 * also what a later version may ask.
 *
 * Which view a read is for, as SQLite reports it, is of no use: a CTE or an alias by the name of a view reports the same.
 */
export function authorizeReading(database: DatabaseSync, { mayRead, denied }: ReadingRules): void {
  const deny = (why: string): number => {
    denied?.(why);
    return constants.SQLITE_DENY;
  };
  database.setAuthorizer((action, first, second) => {
    switch (action) {
      case constants.SQLITE_SELECT:
      case constants.SQLITE_RECURSIVE:
        return constants.SQLITE_OK;
      case constants.SQLITE_READ: {
        const name = (first ?? "").toLowerCase();
        if (ALLOWED_TABLE_FUNCTIONS.has(name) || mayRead(name, second ?? "")) return constants.SQLITE_OK;
        return deny(noView(first ?? ""));
      }
      case constants.SQLITE_FUNCTION:
        if (ALLOWED_FUNCTIONS.has((second ?? "").toLowerCase())) return constants.SQLITE_OK;
        return deny(`${second} is not among the functions that a query may call`);
      default:
        return deny(`a query only reads, and this one asks for ${NAMED.get(action) ?? `action ${action}`}`);
    }
  });
}
