import vine from '@vinejs/vine'
import { title } from '#app/core/grammar_rule'

const email = () => vine.string().email().maxLength(254)

export const claimPanelValidator = vine.create({
  token: vine.string(),
  fullName: title(120),
  teamName: title(80),
  email: email(),
  password: vine.string().minLength(12).maxLength(200),
})

export const logInValidator = vine.create({
  email: vine.string().maxLength(254),
  password: vine.string().maxLength(200),
})
