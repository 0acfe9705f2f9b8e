import vine from '@vinejs/vine'
import { title } from '#app/core/grammar_rule'

const email = () => vine.string().email().maxLength(254)

const newPassword = () => vine.string().minLength(12).maxLength(200)

/** What a person types to prove who they are: checked against what is stored, and not for form. */
const proof = () => vine.string().maxLength(200)

export const claimPanelValidator = vine.create({
  token: vine.string(),
  fullName: title(120),
  teamName: title(80),
  email: email(),
  password: newPassword(),
})

export const logInValidator = vine.create({
  email: vine.string().maxLength(254),
  password: proof(),
})

export const codeValidator = vine.create({ code: proof() })

export const confirmationValidator = vine.create({
  code: proof().optional(),
  password: proof().optional().requiredIfMissing('code'),
})

export const addressValidator = vine.create({ email: email() })

export const resetPasswordValidator = vine.create({
  token: proof(),
  password: newPassword(),
})

export const signUpValidator = vine.create({
  fullName: title(120),
  teamName: title(80),
  email: email(),
  password: newPassword(),
})

export const completeSignUpValidator = vine.create({
  fullName: title(120),
  teamName: title(80),
  password: newPassword(),
})
