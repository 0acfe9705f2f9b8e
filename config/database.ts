import { join } from 'node:path'
import env from '#start/env'
import app from '@adonisjs/core/services/app'
import { defineConfig } from '@adonisjs/lucid'
import { keepStatements } from '#app/core/database/keep_statements'

const migrations = { naturalSort: true, paths: ['database/migrations'] }

interface EmbeddedConnection {
  pragma(source: string): unknown
  prepare(sql: string): unknown
}

interface RawConnection {
  query(sql: string, done: (error: unknown) => void): void
}

const dbConfig = defineConfig({
  connection: env.get('DB_CONNECTION', 'sqlite'),
  connections: {
    /**
     * The embedded default: one file, write-ahead log, so that readers never wait for a writer.
     */
    sqlite: {
      client: 'better-sqlite3',
      connection: { filename: join(env.get('DATA_DIR', app.makePath('data')), 'muster.sqlite3') },
      useNullAsDefault: true,
      pool: {
        afterCreate(connection: EmbeddedConnection, done: () => void) {
          connection.pragma('journal_mode = WAL')
          connection.pragma('synchronous = NORMAL')
          connection.pragma('foreign_keys = ON')
          connection.pragma('busy_timeout = 5000')
          keepStatements(connection)
          done()
        },
      },
      migrations,
      schemaGeneration: { enabled: false },
    },

    /**
     * MySQL 8 or MariaDB 10.6 and later, for several processes.
     */
    mysql: {
      client: 'mysql2',
      connection: {
        host: env.get('DB_HOST'),
        port: env.get('DB_PORT'),
        user: env.get('DB_USER'),
        password: env.get('DB_PASSWORD')?.release(),
        database: env.get('DB_DATABASE'),
        charset: 'utf8mb4',
        timezone: 'Z',
      },
      /*
       * A transaction that looks first and then locks what others changed meanwhile goes on with
       * what they wrote. At the default level newer MariaDB ends it with an error instead.
       */
      pool: {
        afterCreate(
          connection: RawConnection,
          done: (error: unknown, connection: unknown) => void
        ) {
          const level = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'
          connection.query(level, (error) => done(error, connection))
        },
      },
      migrations,
      schemaGeneration: { enabled: false },
    },
  },
})

export default dbConfig
