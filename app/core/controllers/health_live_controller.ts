/**
 * Says that the process answers. It looks at nothing else, so that a slow database does not make
 * a supervisor restart a healthy process.
 */
export default class HealthLiveController {
  handle() {
    return { status: 'ok' }
  }
}
