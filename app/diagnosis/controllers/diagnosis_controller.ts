import type { HttpContext } from '@adonisjs/core/http'
import { diagnosisPage } from '#app/diagnosis/queries/diagnosis_page'

/**
 * How the panel itself is, for those who administer it.
 */
export default class DiagnosisController {
  async handle({ view }: HttpContext) {
    return view.render('pages/diagnosis/show', await diagnosisPage())
  }
}
