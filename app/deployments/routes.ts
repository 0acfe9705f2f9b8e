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
  .post('/projects/:projectId/redeployments', [deployments.Redeployments, 'store'])
  .as('redeployments.store')
router.get('/projects/:projectId/plan', [deployments.Plans, 'show']).as('plans.show')
router.post('/projects/:projectId/plan', [deployments.Plans, 'store']).as('plans.store')
router
  .get('/project-drafts/:id/settings', [deployments.DraftProjects, 'create'])
  .as('draft_projects.create')
router
  .post('/project-drafts/:id/settings', [deployments.DraftProjects, 'store'])
  .as('draft_projects.store')
router
  .get('/projects/:projectId/deployments/:id/events', [deployments.DeploymentEvents, 'index'])
  .as('deployment_events.index')
router
  .post('/projects/:projectId/deployments/:id/cancel', [
    deployments.DeploymentCancellations,
    'store',
  ])
  .as('deployment_cancellations.store')
router
  .post('/projects/:projectId/deployments/:id/recovery', [
    deployments.DeploymentRecoveries,
    'store',
  ])
  .as('deployment_recoveries.store')
router
  .post('/projects/:projectId/waiting-deployments/cancel', [
    deployments.WaitingCancellations,
    'store',
  ])
  .as('waiting_cancellations.store')
router
  .post('/projects/:projectId/releases/:releaseId/rollback', [deployments.Rollbacks, 'store'])
  .as('rollbacks.store')
router
  .get('/projects/:projectId/releases/:releaseId/rollback', [deployments.Rollbacks, 'create'])
  .as('rollbacks.create')
