import { type DeployInput, type DeployProject } from '#engine/deploy/input'
import { type Layout } from '#engine/deploy/layout'
import { type HealthCheck } from '#engine/processes/health'
import { type Command } from '#engine/shell/command'
import { type Site } from '#engine/system/nginx'
import { asUser } from '#engine/system/users'

/** What every step of a deployment is made from. */
export interface DeployContext extends DeployInput {
  layout: Layout
}

/**
 * A command as the project's own user. The lock of the project (descriptor 8) is closed for it,
 * so that nothing it leaves behind can hold it.
 */
export function asProject(
  { project, layout }: DeployContext,
  command: Command,
  variables: readonly string[] = []
): Command {
  return asUser({ user: project.unixUser, home: layout.home, variables }, command)
}

/** Whether visitors are answered here by a unit of the project's, in one of two slots. */
export function hasSlots({ project, role }: DeployContext): boolean {
  return role !== 'worker' && project.runtime !== 'static'
}

/** What an answer of the site has to be like. */
export function healthCheckOf(project: DeployProject, layout: Layout): HealthCheck {
  return {
    domain: project.domain,
    codes: project.healthCodes ?? '200-399',
    text: project.healthText ?? null,
    answerSeconds: project.healthAnswerSeconds ?? 10,
    bodyFile: `${layout.keys}.body`,
  }
}

/** What is served of the release. */
export function servedDirectory({ project, layout }: DeployContext): string {
  const directory = project.publicDirectory ?? '.'
  return directory === '.' ? layout.release : `${layout.release}/${directory}`
}

/** The site as the settings of the project want it. */
export function siteOf({ project }: DeployContext): Site {
  const { slug, domain, listenPort, runtime, phpFiles = 'front' } = project
  const serves = runtime === 'php' ? { kind: runtime, files: phpFiles } : { kind: runtime }
  return { slug, domain, listenPort, serves }
}
