import vine from '@vinejs/vine'

export const comeBackValidator = vine.create({
  secret: vine.string().maxLength(43),
})
