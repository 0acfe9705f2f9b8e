import app from '@adonisjs/core/services/app'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { isSessionless } from '#app/core/sessionless'

interface NavigationEntry {
  name: string
  label: string
  href: string
  icon: string
  /** What one needs to see it. */
  ability: Parameters<HttpContext['scope']['can']>[0]
}

const navigation: NavigationEntry[] = [
  {
    name: 'dashboard',
    label: 'Dashboard',
    href: '/dashboard',
    icon: 'layout-dashboard',
    ability: 'team.view',
  },
  { name: 'servers', label: 'Servers', href: '/servers', icon: 'server', ability: 'servers.view' },
  { name: 'projects', label: 'Projects', href: '/projects', icon: 'box', ability: 'projects.view' },
  {
    name: 'scripts',
    label: 'Scripts',
    href: '/scripts',
    icon: 'scroll-text',
    ability: 'runs.view',
  },
  { name: 'runs', label: 'Runs', href: '/runs', icon: 'square-terminal', ability: 'runs.view' },
  {
    name: 'ssh_keys',
    label: 'SSH keys',
    href: '/ssh-keys',
    icon: 'key-round',
    ability: 'keys.view',
  },
  {
    name: 'activity',
    label: 'Activity',
    href: '/activity',
    icon: 'history',
    ability: 'activity.view',
  },
]

/**
 * Gives every page what its frame shows: who is signed in, the team, the navigation, the
 * theme and the time zone.
 */
export default class FrameMiddleware {
  handle(ctx: HttpContext, next: NextFn) {
    const user = isSessionless(ctx) ? undefined : ctx.auth.use('web').user
    const theme = user?.theme ?? ctx.request.plainCookie('theme', { encoded: false })
    ctx.view.share({
      frame: {
        user: user && {
          id: user.id,
          fullName: user.fullName,
          email: user.email,
          administrator: user.administrator,
        },
        team: ctx.scope && {
          id: ctx.scope.teamId,
          name: ctx.scope.teamName,
          role: ctx.scope.role,
          restricted: ctx.scope.restriction !== null,
        },
        teams: ctx.scope?.teams ?? [],
        owner: ctx.scope && `${ctx.scope.userId}.${ctx.scope.teamId}`,
        navigation: navigation.filter(({ ability }) => ctx.scope?.can(ability)),
        flash: isSessionless(ctx) ? [] : ctx.session.flashMessages.get('toasts', []),
        theme: theme === 'light' || theme === 'dark' ? theme : 'system',
        timeZone: user?.timeZone ?? null,
        development: app.inDev,
      },
      can: (ability: Parameters<typeof ctx.scope.can>[0]) => ctx.scope?.can(ability) ?? false,
      seesServer: (id: string) => ctx.scope?.seesServer(id) ?? false,
    })
    return next()
  }
}
