/*
| Entry point of ace commands (`node ace …`).
*/
await import('reflect-metadata')
const { Ignitor } = await import('@adonisjs/core')
const { isForConsole, reportFailure } = await import('./report_failure.js')

const APP_ROOT = new URL('../', import.meta.url)

const IMPORTER = (filePath: string) => {
  if (filePath.startsWith('./') || filePath.startsWith('../')) {
    return import(new URL(filePath, APP_ROOT).href)
  }
  return import(filePath)
}

new Ignitor(APP_ROOT, { importer: IMPORTER })
  .tap((app) => {
    app.booting(async () => {
      await import('#start/env')
    })
    app.listen('SIGTERM', () => app.terminate())
    app.listenIf(app.managedByPm2, 'SIGINT', () => app.terminate())
  })
  .ace()
  .configure(async (app) => {
    const kernel = await app.container.make('ace')
    const { errorHandler } = kernel
    kernel.errorHandler = {
      render: (error, ofKernel) =>
        isForConsole(error) ? reportFailure(error) : errorHandler.render(error, ofKernel),
    }
  })
  .handle(process.argv.splice(2))
  .catch(reportFailure)
