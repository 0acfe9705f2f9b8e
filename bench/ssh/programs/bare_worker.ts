/*
| `bare_worker.js TARGETS`: stays connected by bare ssh2 and does what its parent asks.
*/
import { Client } from './bare_client.js'
import { serve } from './serve.js'

const client = new Client(process.argv[2])

const methods = {
  uptime: () => client.uptime(),
  close: () => client.close(),
}

export type BareMethods = typeof methods

serve(methods)
