import type { HttpContext } from '@adonisjs/core/http'
import { cookiesAreSecure } from '#config/app'
import type { Theme } from '#app/users/models/user'

/**
 * Keeps a theme in the browser too, for the pages of people who are not signed in.
 */
export function rememberTheme({ response }: HttpContext, theme: Theme) {
  response.plainCookie('theme', theme, {
    encode: false,
    httpOnly: false,
    maxAge: '365 days',
    path: '/',
    sameSite: 'lax',
    secure: cookiesAreSecure,
  })
}
