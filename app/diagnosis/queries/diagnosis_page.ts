import { statfs } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { release, type } from 'node:os'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { dataDirectory, hasPreviousSecretsKey, panelVersion } from '#config/app'
import { judge } from '#app/diagnosis/checks'
import Heartbeat from '#app/diagnosis/models/heartbeat'
import { SILENT_MS } from '#app/diagnosis/process_heartbeat'
import { panelSettings } from '#app/settings/models/panel_settings'

/**
 * How the panel is: each part with what to do where it is not well, the processes, the versions.
 */
export async function diagnosisPage() {
  const began = performance.now()
  const heartbeats = await Heartbeat.query().orderBy('started_at').orderBy('id')
  const databaseMs = performance.now() - began
  const settings = await panelSettings()
  const checks = judge({
    heartbeats,
    databaseMs,
    queueAgeMs: await queueAge(),
    disk: await diskOfData(),
    sendsMail: settings.sendsMail,
    isHttps: settings.url.startsWith('https:'),
    previousKeys: hasPreviousSecretsKey,
  })
  const now = Date.now()
  return {
    checks,
    processes: heartbeats.map((heartbeat) => ({
      heartbeat,
      isAlive: now - heartbeat.beatAt.toMillis() < SILENT_MS,
    })),
    versions: {
      panel: panelVersion,
      node: process.versions.node,
      database: await databaseVersion(),
      system: `${type()} ${release()}`,
      mode: app.inProduction ? 'production' : app.getEnvironment(),
    },
  }
}

/** How long the oldest run that nobody has begun has waited, in milliseconds. */
async function queueAge(): Promise<number | null> {
  const row = await db.from('runs').where('state', 'queued').min('created_at as since').first()
  return row?.since ? Math.max(0, Date.now() - Number(row.since)) : null
}

async function diskOfData() {
  const { bavail, blocks, bsize } = await statfs(dataDirectory)
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize }
}

async function databaseVersion(): Promise<string> {
  if (db.connection().dialect.name === 'better-sqlite3') {
    const [row] = await db.rawQuery('select sqlite_version() as version')
    return `SQLite ${row.version}`
  }
  const [[row]] = await db.rawQuery('select version() as version')
  return `MySQL or MariaDB ${row.version}`
}
