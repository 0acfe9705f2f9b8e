import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { api } = controllers

router
  .group(() => {
    router.get('/token', [api.Token]).as('token.show')
    router.get('/servers', [api.Servers, 'index']).as('servers.index')
    router.get('/servers/:id', [api.Servers, 'show']).as('servers.show')
    router.get('/projects', [api.Projects, 'index']).as('projects.index')
    router.get('/projects/:id', [api.Projects, 'show']).as('projects.show')
    router
      .get('/projects/:projectId/deployments', [api.Deployments, 'index'])
      .as('deployments.index')
    router
      .post('/projects/:projectId/deployments', [api.Deployments, 'store'])
      .as('deployments.store')
    router
      .get('/projects/:projectId/deployments/:id', [api.Deployments, 'show'])
      .as('deployments.show')
    router
      .post('/projects/:projectId/deployments/:id/cancel', [api.DeploymentCancellations, 'store'])
      .as('deployment_cancellations.store')
  })
  .prefix('/api/v1')
  .as('api')
