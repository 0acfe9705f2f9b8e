import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { deployments } = controllers

router.get('/projects', [deployments.ProjectOverviews, 'index']).as('projects.index')
router.get('/projects/:id', [deployments.ProjectOverviews, 'show']).as('projects.show')

router
  .get('/projects/:projectId/deployments', [deployments.Deployments, 'index'])
  .as('deployments.index')
router
  .post('/projects/:projectId/deployments', [deployments.Deployments, 'store'])
  .as('deployments.store')
router
  .get('/projects/:projectId/deployments/:id', [deployments.Deployments, 'show'])
  .as('deployments.show')
router
  .post('/projects/:projectId/releases/:releaseId/rollback', [deployments.Rollbacks, 'store'])
  .as('rollbacks.store')
router
  .get('/projects/:projectId/releases/:releaseId/rollback', [deployments.Rollbacks, 'create'])
  .as('rollbacks.create')
