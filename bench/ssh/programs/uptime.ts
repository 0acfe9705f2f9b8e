/*
| `uptime.js engine|bare TARGETS`: runs `uptime` on every host once, as the command of a peer does,
| and ends. Exit code 1 when a host failed.
*/
const [kind, targets] = process.argv.slice(2)
const { Client } =
  kind === 'engine' ? await import('./engine_client.js') : await import('./bare_client.js')
const client = new Client(targets)
const { ended } = await client.uptime()
await client.close()
process.exit(ended.includes(null) ? 1 : 0)
