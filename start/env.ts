/*
| The environment, validated once at start. Nothing else reads `process.env`.
*/
import { Env } from '@adonisjs/core/env'
import app from '@adonisjs/core/services/app'
import { assertKeys } from '../bin/keys.js'

const env = await Env.create(new URL('../', import.meta.url), {
  NODE_ENV: Env.schema.enum(['development', 'production', 'test'] as const),
  HOST: Env.schema.string.optional({ format: 'host' }),
  PORT: Env.schema.number.optional(),
  APP_URL: Env.schema.string.optional({ format: 'url', tld: false, protocol: true }),
  LOG_LEVEL: Env.schema.enum.optional([
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'trace',
  ] as const),

  /*
  | APP_KEY signs and encrypts cookies; SECRETS_KEY encrypts what is stored (SSH keys, variables).
  | They are apart so that each can be rotated without the other. What an earlier key made stays
  | readable while `_PREVIOUS` names it; several are parted by commas.
  */
  APP_KEY: Env.schema.secret.optional(),
  APP_KEY_PREVIOUS: Env.schema.secret.optional(),
  SECRETS_KEY: Env.schema.secret.optional(),
  SECRETS_KEY_PREVIOUS: Env.schema.secret.optional(),

  /*
  | Where the embedded database lives. Absolute, outside the build directory.
  */
  DATA_DIR: Env.schema.string.optional(),

  DB_CONNECTION: Env.schema.enum.optional(['sqlite', 'mysql'] as const),
  DB_HOST: Env.schema.string.optionalWhen(process.env.DB_CONNECTION !== 'mysql', {}),
  DB_PORT: Env.schema.number.optionalWhen(process.env.DB_CONNECTION !== 'mysql'),
  DB_USER: Env.schema.string.optionalWhen(process.env.DB_CONNECTION !== 'mysql', {}),
  DB_PASSWORD: Env.schema.secret.optional(),
  DB_DATABASE: Env.schema.string.optionalWhen(process.env.DB_CONNECTION !== 'mysql', {}),

  /*
  | Which parts this process runs: any of web, worker, scheduler.
  */
  MUSTER_ROLES: Env.schema.string.optional(),

  SESSION_STORE: Env.schema.enum.optional(['database', 'memory'] as const),
  LIMITER_STORE: Env.schema.enum.optional(['database', 'memory'] as const),
})

assertKeys(
  {
    APP_KEY: env.get('APP_KEY')?.release(),
    APP_KEY_PREVIOUS: env.get('APP_KEY_PREVIOUS')?.release(),
    SECRETS_KEY: env.get('SECRETS_KEY')?.release(),
    SECRETS_KEY_PREVIOUS: env.get('SECRETS_KEY_PREVIOUS')?.release(),
  },
  { serving: app.getEnvironment() !== 'console' }
)

export default env
