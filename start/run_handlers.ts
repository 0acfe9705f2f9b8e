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
import { journalRun } from '#app/processes/journal_run'
import { processRun } from '#app/processes/process_runs'
import { removalOfProjectRun } from '#app/projects/removal_run'

registerRunHandler(preparationRun)
registerRunHandler(scriptRun)
registerRunHandler(actionRun)
registerRunHandler(rebootRun)
registerRunHandler(deploymentRun)
registerRunHandler(lookRun)
registerRunHandler(readingRun)
registerRunHandler(processRun)
registerRunHandler(removalOfProjectRun)
registerRunHandler(journalRun)
registerRunHandler(installationRun)
registerRunHandler(removalRun)
registerRunHandler(rotationRun)
