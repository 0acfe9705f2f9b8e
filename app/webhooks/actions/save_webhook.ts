import db from '@adonisjs/lucid/services/db'
import type { Secret } from '#engine/shell/secret'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import type Project from '#app/projects/models/project'
import Webhook from '#app/webhooks/models/webhook'
import { providerLabels, type Provider } from '#app/webhooks/providers'
import { newSecret } from '#app/webhooks/secret_text'

/**
 * Makes a project's webhook, or gives it another secret and provider at the same address: what
 * was signed with the secret before is refused from then on.
 *
 * @returns the secret, which is never shown again
 */
export default class SaveWebhook {
  async handle(origin: Origin, project: Project, provider: Provider): Promise<Secret> {
    const secret = newSecret()
    const values = { provider, secret, refusedAt: null, refusedAddress: null }
    const saving = db.transaction(async (trx) => {
      const client = { client: trx }
      const { id: projectId, teamId } = project
      // The write comes before any read, so that processes wait for each other.
      await trx.from('webhooks').where('project_id', projectId).increment('updated_at', 0)
      const known = await Webhook.within(project, client).where('project_id', projectId).first()
      if (known) await known.merge(values).save()
      else await Webhook.create({ ...values, teamId, projectId }, client)
      await recordActivity(
        origin,
        {
          action: known ? 'webhook.renewed' : 'webhook.created',
          subject: project.asSubject,
          details: { provider: providerLabels[provider] },
        },
        trx
      )
      return secret
    })
    return saving.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      // Someone made it just now: this is the newer wish.
      return this.handle(origin, project, provider)
    })
  }
}
