import router from '@adonisjs/core/services/router'
import { fingerprint } from '#engine/ssh/host_key'
import { requirements, type Need } from '#start/authorization'
import type { Belongings } from '#tests/support/tenants'
import type { Fields } from '#tests/support/visitor'

/** One way into the panel. */
export interface CatalogueRoute {
  name: string
  method: string
  pattern: string
  need: Need
  /** Whether it asks for a recent proof of who one is. */
  recent: boolean
}

/**
 * Every route the router knows, once per method that is not HEAD, but for the one that stands for
 * all paths that are not there.
 */
export function allRoutes(): CatalogueRoute[] {
  return Object.values(router.toJSON())
    .flat()
    .filter(({ pattern }) => !pattern.includes('*'))
    .flatMap((route) =>
      route.methods
        .filter((method) => method !== 'HEAD')
        .map((method) => ({
          name: route.name!,
          method,
          pattern: route.pattern,
          ...requirements[route.name!],
        }))
    )
}

export const isPublic = ({ need }: CatalogueRoute) => need === 'public' || need === 'guest'

export const hasParams = ({ pattern }: CatalogueRoute) => pattern.includes(':')

/**
 * The route's path with its parameters filled in from what a team owns. A parameter stands for a
 * thing of the noun in front of it, as in `/servers/:id`.
 *
 * @throws when there is no such noun here: give it an entry, so that no route goes untested
 */
export function pathOf(route: CatalogueRoute, belongings: Belongings): string {
  const ids = identifiers(route.name, belongings)
  const parts = route.pattern.split('/')
  return parts
    .map((part, index) => {
      if (!part.startsWith(':')) return part
      const id = ids[parts[index - 1]]
      if (!id) {
        throw new Error(
          `Nothing stands for ${part} of ${route.pattern}: name it in tests/support/route_catalogue.ts.`
        )
      }
      return id
    })
    .join('/')
}

function identifiers(name: string, belongings: Belongings): Record<string, string> {
  const connects = name.startsWith('server_connections.')
  return {
    servers: (connects ? belongings.unconfirmedServer : belongings.server).id,
    runs: (name === 'run_cancellations.store' ? belongings.openRun : belongings.run).id,
    projects: belongings.project.id,
    deployments: belongings.deployment.id,
    releases: belongings.release.id,
    variables: belongings.variable.key,
  }
}

/**
 * What a person would send to a route that changes something, all of it acceptable.
 *
 * @throws when the route has no entry: give it one, so that no form goes untested
 */
export function acceptableFields(route: CatalogueRoute, belongings: Belongings): Fields {
  const fields = forms(belongings)[route.name]
  if (!fields) {
    throw new Error(
      `No fields are known for ${route.name}: name them in tests/support/route_catalogue.ts.`
    )
  }
  return fields
}

let count = 0

function forms(belongings: Belongings): Record<string, Fields> {
  const { server, unconfirmedServer, project } = belongings
  const number = ++count
  const settings = {
    name: `Shop ${number}`,
    repositoryUrl: 'https://git.example.com/team/shop.git',
    branch: 'main',
    runtime: 'process',
    buildCommands: 'npm ci',
    startCommand: 'node server.js',
    publicDirectory: '.',
    domain: `shop-${number}.example.com`,
    listenPort: '80',
    healthPath: '/health',
    healthTimeoutSeconds: '30',
    keepReleases: '5',
  }
  return {
    'setup.store': {
      token: 'x'.repeat(43),
      fullName: 'Ada Lovelace',
      teamName: 'Engines',
      email: `ada-${number}@example.com`,
      password: 'a long enough password',
    },
    'session.store': { email: 'ada@example.com', password: 'a long enough password' },
    'session.destroy': {},
    'servers.store': {
      name: `web-${number}`,
      host: `web-${number}.example.com`,
      port: '22',
      username: 'root',
    },
    'servers.destroy': { confirm: server.name },
    'server_connections.store': {
      fingerprint: fingerprint(unconfirmedServer.offeredHostKey ?? unconfirmedServer.hostKeys[0]),
      password: 'the password of root',
    },
    'server_checks.store': {},
    'server_preparations.store': {},
    'run_cancellations.store': {},
    'projects.store': { ...settings, serverId: server.id, slug: `shop-${number}` },
    'projects.update': settings,
    'projects.destroy': { confirm: project.name },
    'project_variables.store': { key: 'API_KEY', value: 'some value' },
    'project_variables.destroy': {},
    'git_hosts.store': { fingerprint: fingerprint(belongings.gitHost.hostKeys[0]) },
    'deployments.store': {},
    'rollbacks.store': {},
  }
}
