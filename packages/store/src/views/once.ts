/**
 * After SELECT, in a subquery of rows that are distinct: what it makes of a row is made once for each, not again wherever
 * the outer query names it.
 */
export const ONCE = "/* once */";

/**
 * How each engine is told so. PostgreSQL would merge the subquery into the outer one, unless it is DISTINCT, and look
 * for the break of a streak on each of its nights. SQLite seeks once by itself; and it would not ask a DISTINCT for one
 * night only.
 */
export const HOW_ONCE = { sqlite: "", postgres: "DISTINCT" } as const;
