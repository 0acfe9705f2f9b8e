import { assert } from '@japa/assert'
import { apiClient } from '@japa/api-client'
import { browserClient } from '@japa/browser-client'
import { pluginAdonisJS } from '@japa/plugin-adonisjs'
import type { Config } from '@japa/runner/types'
import { authApiClient } from '@adonisjs/auth/plugins/api_client'
import { authBrowserClient } from '@adonisjs/auth/plugins/browser_client'
import app from '@adonisjs/core/services/app'
import testUtils from '@adonisjs/core/services/test_utils'
import { sessionApiClient } from '@adonisjs/session/plugins/api_client'
import { sessionBrowserClient } from '@adonisjs/session/plugins/browser_client'
import { shieldApiClient } from '@adonisjs/shield/plugins/api_client'
import { SocketUpgrades } from '#app/core/socket_upgrades'
import { launchChromium } from '#tests/support/chromium'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { pageGuard } from '#tests/support/page_guard'
import { signedIn } from '#tests/support/signed_in'
import { resultFile } from '#tests/support/result_file'

/** Suites whose tests talk to the panel over HTTP. */
const OVER_HTTP = ['functional', 'browser']

/** Suites whose groups each find an empty panel. */
const BY_ITSELF = ['functional', 'integration']

/** Suites whose tests find a database with its tables. */
const WITH_DATABASE = [...OVER_HTTP, 'engine', 'integration']

export const plugins: Config['plugins'] = [
  assert(),
  pluginAdonisJS(app),
  apiClient(process.env.APP_URL),
  sessionApiClient(app),
  shieldApiClient(),
  authApiClient(app),
  browserClient({ runInSuites: ['browser'], launcher: launchChromium }),
  sessionBrowserClient(app),
  authBrowserClient(app),
  signedIn(),
  pageGuard({ runInSuites: ['browser'] }),
  resultFile(process.env.MUSTER_TEST_RESULTS),
]

export const runnerHooks: Required<Pick<Config, 'setup' | 'teardown'>> = {
  setup: [],
  teardown: [],
}

/**
 * As the provider does in a process that serves. In the end nobody is waited for: a page that a failed
 * test left open may follow the panel for ever.
 */
async function letSocketsIn() {
  const server = (await app.container.make('server')).getNodeServer()!
  const upgrades = await app.container.make(SocketUpgrades)
  upgrades.attach(server)
  return () => server.closeAllConnections()
}

export const configureSuite: Config['configureSuite'] = (suite) => {
  if (WITH_DATABASE.includes(suite.name)) {
    // Afterwards every migration is taken back, which proves that each can be.
    suite.setup(() => testUtils.db().migrate())
  }
  if (BY_ITSELF.includes(suite.name)) {
    // Whatever came before: each group finds an empty panel, and has no more of it to look through.
    suite.onGroup((group) => group.setup(() => emptyDatabase()))
  }
  if (OVER_HTTP.includes(suite.name)) {
    suite.setup(() => testUtils.httpServer().start())
    suite.setup(letSocketsIn)
  }
}
