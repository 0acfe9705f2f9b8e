import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { servers } = controllers

router.get('/servers', [servers.Servers, 'index']).as('servers.index')
router.get('/servers/new', [servers.Servers, 'create']).as('servers.create')
router.post('/servers', [servers.Servers, 'store']).as('servers.store')
router.get('/servers/:id', [servers.Servers, 'show']).as('servers.show')
router.delete('/servers/:id', [servers.Servers, 'destroy']).as('servers.destroy')

router
  .get('/servers/:id/connect', [servers.ServerConnections, 'create'])
  .as('server_connections.create')
router
  .post('/servers/:id/connect', [servers.ServerConnections, 'store'])
  .as('server_connections.store')
router.post('/servers/:id/check', [servers.ServerChecks, 'store']).as('server_checks.store')
router
  .post('/servers/:id/prepare', [servers.ServerPreparations, 'store'])
  .as('server_preparations.store')
