import db from '@adonisjs/lucid/services/db'

/** How many statements the database is asked while something is done. */
export async function queriesOf(act: () => Promise<unknown>): Promise<number> {
  const client = db.connection().getReadClient()
  let count = 0
  const listen = () => (count += 1)
  client.on('query', listen)
  try {
    await act()
  } finally {
    client.removeListener('query', listen)
  }
  return count
}
