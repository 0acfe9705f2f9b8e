/*
| The load generator: does what the plan in its only argument says and sends the result to its parent.
*/
import type { LoadPlan, LoadResult } from './load.js'
import { generateLoad } from './generate_load.js'

const stopping = new AbortController()
process.on('message', () => stopping.abort())
process.on('disconnect', () => process.exit(1))

const plan: LoadPlan = JSON.parse(process.argv[2])
const result: LoadResult = await generateLoad(plan, stopping.signal)
process.send!(result, () => process.exit(0))
