/*
| Entry point of the panel. One process carries the roles named in MUSTER_ROLES.
*/
await import('reflect-metadata')
const { Ignitor } = await import('@adonisjs/core')
const { reportFailure } = await import('./report_failure.js')

const APP_ROOT = new URL('../', import.meta.url)

const IMPORTER = (filePath: string) => {
  if (filePath.startsWith('./') || filePath.startsWith('../')) {
    return import(new URL(filePath, APP_ROOT).href)
  }
  return import(filePath)
}

const ignitor = new Ignitor(APP_ROOT, { importer: IMPORTER }).tap((app) => {
  app.booting(async () => {
    await import('#start/env')
  })
  app.listen('SIGTERM', () => app.terminate())
  app.listen('SIGINT', () => app.terminate())
})

/** A process without the role `web` has the whole application and opens no port. */
async function startWithoutWeb() {
  const app = ignitor.createApp('web')
  await app.init()
  await app.boot()
  await app.start(() => {})
}

const roles = (process.env.MUSTER_ROLES ?? 'web').split(',')
const started = roles.includes('web') ? ignitor.httpServer().start() : startWithoutWeb()
started.catch(async (error: unknown) => {
  await reportFailure(error)
  // Connections to the database would keep the process.
  await ignitor.terminate()
})
