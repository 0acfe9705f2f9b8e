import { Readable } from 'node:stream'
import type { HttpContext } from '@adonisjs/core/http'
import Run from '#app/runs/models/run'
import { linesBefore, readLog, startOfLine } from '#app/runs/run_log'

/** The most one request gives, in bytes. */
const SLICE_BYTES = 1024 * 1024

/**
 * A run's log, in slices by byte offset or as a file. With `align=line` a slice begins where a
 * line does, and says how many lines are before it.
 */
export default class RunLogsController {
  async show({ scope, params, request }: HttpContext) {
    const run = await Run.within(scope).where('id', params.id).firstOrFail()
    const from = Math.trunc(Number(request.input('from', 0))) || 0
    const wanted = Math.trunc(Number(request.input('limit', SLICE_BYTES))) || SLICE_BYTES
    const limit = Math.min(SLICE_BYTES, wanted)
    const complete = !run.isOpen
    if (request.input('align') !== 'line') return readLog(run, { from, limit, complete })
    const slice = await readLog(run, { from: await startOfLine(run, from), limit, complete })
    return { ...slice, line: await linesBefore(run, slice.offset) }
  }

  async download({ scope, params, response }: HttpContext) {
    const run = await Run.within(scope).where('id', params.id).firstOrFail()
    response.header('Content-Type', 'text/plain; charset=utf-8')
    response.header('Content-Disposition', `attachment; filename="run-${run.id}.txt"`)
    return response.stream(Readable.from(wholeLog(run)))
  }
}

async function* wholeLog(run: Run) {
  for (let from = 0; from < run.logSize;) {
    const slice = await readLog(run, { from, limit: SLICE_BYTES, complete: true })
    // The run may be removed meanwhile: then nothing more comes.
    if (slice.next === from) return
    yield slice.text
    from = slice.next
  }
}
