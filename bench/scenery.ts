import type { Owner } from '#tests/demo/owner'
import { setTheScene, type Scene } from '#tests/demo/scene'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { claimedPanel } from './claimed_panel.js'
import type { Stage } from './stage.js'
import type { StartedPanel } from './started_panel.js'

/**
 * The scene of the demo on a panel started by `npm start`: servers web-1, web-2 and git-1, a Node
 * app on web-1 and a static site on web-2, both live.
 */
export class Scenery {
  readonly fleet: Fleet
  readonly panel: StartedPanel
  readonly owner: Owner
  readonly scene: Scene

  private constructor(fleet: Fleet, panel: StartedPanel, owner: Owner, scene: Scene) {
    this.fleet = fleet
    this.panel = panel
    this.owner = owner
    this.scene = scene
  }

  static async build(stage: Stage): Promise<Scenery> {
    stage.say('Building and starting a panel, three servers, two projects')
    const fleet = createFleet({ image: 'prepared' })
    stage.defer(() => fleet.stop())
    await fleet.start(['web-1', 'web-2', 'git-1'])
    const { panel, owner } = await claimedPanel(stage)
    const scene = await setTheScene(owner, fleet)
    const first = await owner.deploy(scene.app.id)
    await owner.expectSuccess(first.events)
    return new Scenery(fleet, panel, owner, scene)
  }
}
