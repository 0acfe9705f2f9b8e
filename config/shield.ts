import app from '@adonisjs/core/services/app'
import { cookiesAreSecure } from '#config/app'
import { defineConfig } from '@adonisjs/shield'

const viteInDevelopment = app.inDev ? ['@viteDevUrl', '@viteHmrUrl', "'unsafe-inline'"] : []

const shieldConfig = defineConfig({
  /**
   * Nothing inline but what carries the nonce. Vite injects style tags of its own while
   * developing, so styles are looser there and only there.
   */
  csp: {
    enabled: true,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", '@nonce', ...(app.inDev ? ['@viteDevUrl'] : [])],
      styleSrc: ["'self'", ...(app.inDev ? viteInDevelopment : ['@nonce'])],
      fontSrc: ["'self'", ...(app.inDev ? ['@viteDevUrl'] : [])],
      imgSrc: ["'self'", 'data:', ...(app.inDev ? ['@viteDevUrl'] : [])],
      connectSrc: ["'self'", ...(app.inDev ? ['@viteDevUrl', '@viteHmrUrl'] : [])],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    reportOnly: false,
  },
  csrf: {
    enabled: true,
    exceptRoutes: [],
    enableXsrfCookie: false,
    methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  },
  xFrame: { enabled: true, action: 'DENY' },
  hsts: { enabled: cookiesAreSecure, maxAge: '180 days' },
  contentTypeSniffing: { enabled: true },
})

export default shieldConfig
