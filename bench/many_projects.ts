import { monotonicFactory } from 'ulid'
import { PanelDatabase } from './panel_database.js'

/** Where the ports of copies begin, two for each project of a server. */
const FIRST_PORT = 30_000

/**
 * Fills the embedded database of a panel with copies of its only project, spread over its servers,
 * until there are so many, each with a history of so many deployments.
 */
export function copyProjects(data: string, count: number, deployments: number): void {
  using database = new PanelDatabase(data)
  const [project, placement] = [database.singleRow('projects'), database.singleRow('placements')]
  const [release, deployment] = [database.singleRow('releases'), database.singleRow('deployments')]
  const servers = database.rows('select id from servers order by id')
  const next = monotonicFactory()
  database.together(() => {
    for (let number = 2; number <= count; number++) {
      const releases = Array.from({ length: deployments }, () => next())
      const slug = `project-${number}`
      const own = {
        ...{ id: next(), slug, name: `Project ${number}`, domain: `${slug}.example.com` },
        live_release_id: releases.at(-1)!,
      }
      database.insert('projects', { ...project, ...own })
      database.insert('placements', {
        ...placement,
        ...{ id: next(), project_id: own.id, server_id: servers[number % servers.length].id },
        ...{ address: `${own.domain}:${project.listen_port}`, app_port: FIRST_PORT + 2 * number },
        live_release_id: own.live_release_id,
      })
      for (const id of releases) {
        database.insert('releases', { ...release, id, project_id: own.id })
        database.insert('deployments', {
          ...deployment,
          ...{ id: next(), project_id: own.id, release_id: id },
        })
      }
    }
  })
}
