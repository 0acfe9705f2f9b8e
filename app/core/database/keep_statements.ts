/** How many statements a connection keeps. */
const MOST_KEPT = 200

/** A place for a value, or text in which a question mark is none. */
const PLACE_OR_TEXT = /'[^']*'|"[^"]*"|`[^`]*`|\?/g

interface Preparing<Statement> {
  prepare(sql: string): Statement
}

/**
 * Lets a connection of better-sqlite3 keep the statements it used last: preparing one takes longer
 * than most of them take to run, and the panel says the same few again and again. SQLite prepares a
 * kept one anew by itself when the schema has changed.
 */
export function keepStatements<Statement>(connection: Preparing<Statement>): void {
  const prepare = connection.prepare.bind(connection)
  const kept = new Map<string, Statement>()
  connection.prepare = (sql) => {
    const statement = kept.get(sql) ?? prepare(withPlainPlaces(sql))
    // Last in the order of the map is what was used last.
    kept.delete(sql)
    kept.set(sql, statement)
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!)
    return statement
  }
}

/**
 * SQLite would plan a statement anew for each value of a place that its planner looks at, such as
 * `limit ?` (sqlite3_bind(3), "automatically recompiled"). It looks at none behind a plus, which
 * changes no value, whatever its type.
 */
function withPlainPlaces(sql: string): string {
  return sql.replace(PLACE_OR_TEXT, (found) => (found === '?' ? '+?' : found))
}
