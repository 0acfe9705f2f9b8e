import env from '#start/env'
import { cookiesAreSecure } from '#config/app'
import { defineConfig, stores } from '@adonisjs/session'

/** How long a session lasts after its last request. */
export const SESSION_AGE = '14 days'

const sessionConfig = defineConfig({
  enabled: true,
  cookieName: 'muster_session',
  clearWithBrowser: false,
  age: SESSION_AGE,
  cookie: {
    path: '/',
    httpOnly: true,
    secure: cookiesAreSecure,
    sameSite: 'lax',
  },
  store: env.get('SESSION_STORE', 'database'),
  stores: {
    database: stores.database(),
  },
})

export default sessionConfig
