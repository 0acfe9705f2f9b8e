import type { ApiResponse } from '@japa/api-client'
import { openFields, REMEMBERED } from '#app/core/exceptions/remembered_fields'

/** What an answer gives to the next page, with what the form held, which is sealed in the session. */
export function flashed(response: ApiResponse): Record<string, any> {
  const { [REMEMBERED]: sealed, ...messages } = response.flashMessages()
  return { ...openFields(sealed), ...messages }
}
