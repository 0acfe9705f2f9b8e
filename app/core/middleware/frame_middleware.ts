import app from '@adonisjs/core/services/app'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'

const navigation = [
  { name: 'dashboard', label: 'Dashboard', href: '/dashboard', icon: 'layout-dashboard' },
  { name: 'servers', label: 'Servers', href: '/servers', icon: 'server' },
  { name: 'projects', label: 'Projects', href: '/projects', icon: 'box' },
  { name: 'runs', label: 'Runs', href: '/runs', icon: 'square-terminal' },
]

/**
 * Gives every page what its frame shows: who is signed in, the team, the navigation, the theme.
 */
export default class FrameMiddleware {
  handle(ctx: HttpContext, next: NextFn) {
    const user = ctx.auth.use('web').user
    const theme = ctx.request.plainCookie('theme', { encoded: false })
    ctx.view.share({
      frame: {
        user: user && { fullName: user.fullName, email: user.email, initials: user.initials },
        team: ctx.scope && { name: ctx.scope.teamName },
        navigation: ctx.scope ? navigation : [],
        flash: ctx.session.flashMessages.get('toasts', []),
        theme: theme === 'light' || theme === 'dark' ? theme : 'system',
        development: app.inDev,
      },
      can: (ability: Parameters<typeof ctx.scope.can>[0]) => ctx.scope?.can(ability) ?? false,
    })
    return next()
  }
}
