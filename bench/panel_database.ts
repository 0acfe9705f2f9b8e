import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/** A row by the names of its columns. */
export type Row = Record<string, SQLInputValue>

/** The embedded database of a panel that runs, beside that panel. Hold it in `using`. */
export class PanelDatabase implements Disposable {
  readonly #database: DatabaseSync

  /** @param data the panel's data directory */
  constructor(data: string) {
    this.#database = new DatabaseSync(join(data, 'muster.sqlite3'), { timeout: 5000 })
  }

  rows(query: string, ...values: SQLInputValue[]): Row[] {
    return this.#database.prepare(query).all(...values) as Row[]
  }

  /** The only row of a table. */
  singleRow(table: string): Row {
    const found = this.rows(`select * from ${table}`)
    if (found.length !== 1) throw new Error(`There are ${found.length} rows in ${table}, not one.`)
    return found[0]
  }

  insert(table: string, row: Row): void {
    const columns = Object.keys(row)
    const names = columns.map((column) => `"${column}"`)
    const places = columns.map((column) => `:${column}`)
    this.#database.prepare(`insert into ${table} (${names}) values (${places})`).run(row)
  }

  /** Does all of it, or nothing. */
  together(work: () => void): void {
    this.#database.exec('begin immediate')
    try {
      work()
      this.#database.exec('commit')
    } catch (error) {
      this.#database.exec('rollback')
      throw error
    }
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}
