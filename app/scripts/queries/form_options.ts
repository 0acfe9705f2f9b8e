import { parameterTypeLabels, parameterTypes } from '#app/scripts/parameters'
import { timeouts } from '#app/scripts/run_as'

/**
 * What the selects of forms about scripts offer.
 */
export const formOptions = {
  interpreters: [
    { value: 'bash', label: 'bash' },
    { value: 'sh', label: 'sh' },
    { value: 'python3', label: 'Python 3' },
  ],
  runAs: [
    { value: 'root', label: 'root' },
    { value: 'login', label: 'The user that Muster logs in as' },
    { value: 'user', label: 'Another user' },
  ],
  timeouts,
  parameterTypes: parameterTypes.map((value) => ({ value, label: parameterTypeLabels[value] })),
}
