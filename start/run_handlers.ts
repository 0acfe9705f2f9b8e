/*
| The kinds of runs the worker knows.
*/
import { registerRunHandler } from '#app/runs/run_handler'
import { preparationRun } from '#app/servers/preparation_run'
import { actionRun, rebootRun, scriptRun } from '#app/bulk_runs/bulk_run_handlers'
import { installationRun, removalRun } from '#app/ssh_keys/installation_runs'
import { rotationRun } from '#app/ssh_keys/rotation_run'
import { deploymentRun } from '#app/deployments/deployment_run'
import { lookRun } from '#app/deployments/look_run'
import { readingRun } from '#app/projects/reading_run'

registerRunHandler(preparationRun)
registerRunHandler(scriptRun)
registerRunHandler(actionRun)
registerRunHandler(rebootRun)
registerRunHandler(deploymentRun)
registerRunHandler(lookRun)
registerRunHandler(readingRun)
registerRunHandler(installationRun)
registerRunHandler(removalRun)
registerRunHandler(rotationRun)
