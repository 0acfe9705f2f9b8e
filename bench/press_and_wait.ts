import type { Owner } from '#tests/demo/owner'

/** A deployment that went live. */
export interface Waited {
  /** From the press of "Deploy", on a page that is open, to the end. */
  seconds: number
  /** Where its run was heard. */
  events: string
}

/** Deploys a project as a person does who stays on the page. */
export async function pressAndWait(owner: Owner, projectId: string): Promise<Waited> {
  await owner.visitor.open(`/projects/${projectId}`)
  return waitAfterPress(owner, projectId)
}

/** The same for a page that is open already. */
export async function waitAfterPress(owner: Owner, projectId: string): Promise<Waited> {
  const began = performance.now()
  const events = await owner.eventsOf(await owner.askToDeploy(projectId))
  await owner.expectSuccess(events)
  return { seconds: (performance.now() - began) / 1000, events }
}
