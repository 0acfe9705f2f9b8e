import env from '#start/env'
import { cookiesAreSecure } from '#config/app'
import { configProvider } from '@adonisjs/core'
import { defineConfig, stores } from '@adonisjs/session'
import { sparingTouches } from '#app/auth/spared_touches'

/** How long a session lasts after its last request. */
export const SESSION_AGE = '14 days'

/** The cookie that says which session a browser has. */
export const SESSION_COOKIE = 'muster_session'

const sessionConfig = defineConfig({
  enabled: true,
  cookieName: SESSION_COOKIE,
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
    database: configProvider.create(async (app) =>
      sparingTouches(await stores.database().resolver(app))
    ),
  },
})

export default sessionConfig
