import env from '#start/env'
import app from '@adonisjs/core/services/app'
import { defineConfig } from '@adonisjs/core/http'

export const appUrl = env.get('APP_URL', `http://localhost:${env.get('PORT', 3333)}`)

/** The version of the panel that this process runs. */
export const panelVersion = app.version?.toString() ?? 'unknown'

/** Where the embedded database and other files of the panel are. */
export const dataDirectory = env.get('DATA_DIR', app.makePath('data'))

/** Whether secrets written with an older key can still be read: a rotation is not finished. */
export const hasPreviousSecretsKey = env.get('SECRETS_KEY_PREVIOUS') !== undefined

/** The address the panel listens on. */
export const listenHost = env.get('HOST', '127.0.0.1')

/**
 * Cookies are `secure` exactly when people reach the panel over https. A first login by
 * address over plain http must work, and the browser drops secure cookies there.
 */
export const cookiesAreSecure = new URL(appUrl).protocol === 'https:'

export const http = defineConfig({
  generateRequestId: true,
  allowMethodSpoofing: true,
  useAsyncLocalStorage: false,
  cookie: {
    domain: '',
    path: '/',
    maxAge: '2h',
    httpOnly: true,
    secure: cookiesAreSecure,
    sameSite: 'lax',
  },
})
