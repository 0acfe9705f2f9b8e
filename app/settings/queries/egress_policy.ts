import { parseEgressAllowList } from '#engine/egress/allow_list'
import { EgressPolicy } from '#engine/egress/policy'
import { panelSettings } from '#app/settings/models/panel_settings'

/**
 * Where the panel's own requests may go, as administrators set it. A list that cannot be read
 * allows nothing private.
 */
export async function egressPolicy(): Promise<EgressPolicy> {
  const { egressAllowed } = await panelSettings()
  const list = parseEgressAllowList(egressAllowed ?? '')
  return new EgressPolicy(list.ok ? list.entries : [])
}
