import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { processes } = controllers

router
  .get('/projects/:projectId/processes', [processes.ProcessStates, 'index'])
  .as('processes.index')
router.post('/projects/:projectId/processes', [processes.Processes, 'store']).as('processes.store')
router
  .get('/projects/:projectId/processes/:name/edit', [processes.Processes, 'edit'])
  .as('processes.edit')
router
  .put('/projects/:projectId/processes/:name', [processes.Processes, 'update'])
  .as('processes.update')
router
  .delete('/projects/:projectId/processes/:name', [processes.Processes, 'destroy'])
  .as('processes.destroy')
router
  .post('/projects/:projectId/process-acts', [processes.ProcessActs, 'store'])
  .as('process_acts.store')
router.post('/projects/:projectId/journals', [processes.Journals, 'store']).as('journals.store')
router.get('/projects/:projectId/site', [processes.Sites, 'edit']).as('sites.edit')
router.put('/projects/:projectId/site', [processes.Sites, 'update']).as('sites.update')
