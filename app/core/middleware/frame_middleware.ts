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
 * What the frame of a page shows: who is signed in, the team, the navigation, the theme and the
 * time zone. It has a class because Edge copies what is shared of plain objects, down to the leaves.
 */
class Frame {
  readonly user
  readonly team
  readonly teams
  readonly owner
  readonly navigation
  readonly flash
  readonly theme
  readonly timeZone
  readonly development = app.inDev

  constructor(ctx: HttpContext) {
    const { scope } = ctx
    const user = isSessionless(ctx) ? undefined : ctx.auth.use('web').user
    const theme = user?.theme ?? ctx.request.plainCookie('theme', { encoded: false })
    this.user = user && {
      id: user.id,
      fullName: user.fullName,
      email: user.email,
      administrator: user.administrator,
    }
    this.team = scope && {
      id: scope.teamId,
      name: scope.teamName,
      role: scope.role,
      restricted: scope.restriction !== null,
    }
    this.teams = scope?.teams ?? []
    this.owner = scope && `${scope.userId}.${scope.teamId}`
    this.navigation = navigation.filter(({ ability }) => scope?.can(ability))
    this.flash = isSessionless(ctx) ? [] : ctx.session.flashMessages.get('toasts', [])
    this.theme = theme === 'light' || theme === 'dark' ? theme : 'system'
    this.timeZone = user?.timeZone ?? null
  }
}

/**
 * Gives every page its frame.
 */
export default class FrameMiddleware {
  handle(ctx: HttpContext, next: NextFn) {
    ctx.view.share({
      frame: new Frame(ctx),
      can: (ability: Parameters<typeof ctx.scope.can>[0]) => ctx.scope?.can(ability) ?? false,
      seesServer: (id: string) => ctx.scope?.seesServer(id) ?? false,
    })
    return next()
  }
}
