/*
| The kinds of runs the worker knows.
*/
import { registerRunHandler } from '#app/runs/run_handler'
import { preparationRun } from '#app/servers/preparation_run'
import { deploymentRun } from '#app/deployments/deployment_run'

registerRunHandler(preparationRun)
registerRunHandler(deploymentRun)
