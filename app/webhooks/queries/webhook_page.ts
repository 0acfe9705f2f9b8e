import { readRepositoryUrl } from '#engine/system/grammar'
import { panelSettings } from '#app/settings/models/panel_settings'
import Project from '#app/projects/models/project'
import type { Scope } from '#app/teams/scope'
import { KEPT_DELIVERIES } from '#app/webhooks/kept_deliveries'
import Webhook from '#app/webhooks/models/webhook'
import WebhookDelivery from '#app/webhooks/models/webhook_delivery'
import { providerLabels, providers, suggestProvider } from '#app/webhooks/providers'

/**
 * What the page of a project's webhook shows.
 *
 * @throws E_ROW_NOT_FOUND when the team has no such project
 */
export async function webhookPage(scope: Scope, projectId: string) {
  const project = await Project.within(scope).where('id', projectId).firstOrFail()
  const webhook = await Webhook.within(scope).where('project_id', project.id).first()
  const deliveries = webhook
    ? await WebhookDelivery.within(scope)
        .where('webhook_id', webhook.id)
        .preload('deployment')
        .orderBy('id', 'desc')
        .limit(KEPT_DELIVERIES)
    : []
  const { url } = await panelSettings()
  return {
    project,
    webhook,
    deliveries,
    refused: isRefused(webhook, deliveries[0]),
    address: webhook && `${url}/hooks/${webhook.id}`,
    chosen: webhook?.provider ?? suggestProvider(hostOf(project)),
    choices: providers.map((value) => ({ value, label: providerLabels[value] })),
  }
}

/** Whether the latest call was one whose signature did not fit. */
function isRefused(webhook: Webhook | null, latest: WebhookDelivery | undefined): boolean {
  const at = webhook?.refusedAt?.toMillis()
  return at !== undefined && at > (latest?.updatedAt.toMillis() ?? 0)
}

function hostOf({ repositoryUrl }: Project): string | null {
  return readRepositoryUrl(repositoryUrl)?.host ?? null
}
