import { errors as vineErrors } from '@vinejs/vine'

/**
 * A refusal that belongs to a field of the form the person just sent: the page comes back with
 * everything they typed and the message beside the field.
 */
export function refuse(field: string, message: string): never {
  throw new vineErrors.E_VALIDATION_ERROR([{ field, message, rule: 'refused' }])
}
