import { randomBytes } from 'node:crypto'
import { Owner } from '#tests/demo/owner'
import type { Stage } from './stage.js'
import type { StartedPanel } from './started_panel.js'

/** A panel of its own, started by `npm start`, and its owner, who has nothing yet. */
export async function claimedPanel(stage: Stage): Promise<{ panel: StartedPanel; owner: Owner }> {
  const panel = await stage.startPanel()
  const owner = new Owner(panel.origin)
  const password = randomBytes(12).toString('base64url')
  await owner.claim(panel.claimLink, { fullName: 'Bench', email: 'bench@example.com', password })
  return { panel, owner }
}
