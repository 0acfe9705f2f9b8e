import type { HttpContext } from '@adonisjs/core/http'
import { recoveryCodeFile } from '#app/account/recovery_code_file'
import { recoveryCodeFileValidator } from '#app/account/validators'

/**
 * Recovery codes as a file to keep. They come from the page that shows them, because nothing else
 * has them.
 */
export default class RecoveryCodeFilesController {
  async store({ request, response, auth }: HttpContext) {
    const { codes } = await request.validateUsing(recoveryCodeFileValidator)
    response.header('Content-Type', 'text/plain; charset=utf-8')
    response.header('Content-Disposition', 'attachment; filename="muster-recovery-codes.txt"')
    response.header('Cache-Control', 'no-store')
    return response.send(await recoveryCodeFile(auth.use('web').getUserOrFail(), codes))
  }
}
