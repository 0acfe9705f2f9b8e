import vine from '@vinejs/vine'
import { providers } from '#app/webhooks/providers'

export const saveWebhookValidator = vine.create({
  provider: vine.enum(providers),
})
