import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { servers } = controllers

router.get('/servers', [servers.Servers, 'index']).as('servers.index')
router.get('/servers/new', [servers.Servers, 'create']).as('servers.create')
router.post('/servers', [servers.Servers, 'store']).as('servers.store')
router.get('/servers/:id', [servers.Servers, 'show']).as('servers.show')
router.get('/servers/:id/edit', [servers.ServerNames, 'edit']).as('servers.edit')
router.put('/servers/:id', [servers.ServerNames, 'update']).as('servers.update')
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

router.get('/servers/:id/host-key', [servers.ServerHostKeys, 'edit']).as('server_host_keys.edit')
router
  .put('/servers/:id/host-key', [servers.ServerHostKeys, 'update'])
  .as('server_host_keys.update')
router.get('/servers/:id/address', [servers.ServerAddresses, 'edit']).as('server_addresses.edit')
router
  .put('/servers/:id/address', [servers.ServerAddresses, 'update'])
  .as('server_addresses.update')
router.get('/servers/:id/key', [servers.LoginKeys, 'edit']).as('login_keys.edit')
router.post('/servers/:id/key', [servers.LoginKeys, 'store']).as('login_keys.store')
router.put('/servers/:id/key', [servers.LoginKeys, 'update']).as('login_keys.update')
router.delete('/servers/:id/key', [servers.LoginKeys, 'destroy']).as('login_keys.destroy')

router.post('/server-selection/tags', [servers.ServerTaggings, 'store']).as('server_taggings.store')
router
  .post('/server-selection/group', [servers.ServerGroupings, 'store'])
  .as('server_groupings.store')
router
  .post('/server-selection/checks', [servers.ServerCheckRequests, 'store'])
  .as('server_check_requests.store')

router.get('/tags', [servers.Tags, 'index']).as('tags.index')
router.post('/tags', [servers.Tags, 'store']).as('tags.store')
router.put('/tags/:id', [servers.Tags, 'update']).as('tags.update')
router.delete('/tags/:id', [servers.Tags, 'destroy']).as('tags.destroy')
router.post('/server-groups', [servers.ServerGroups, 'store']).as('server_groups.store')
router.put('/server-groups/:id', [servers.ServerGroups, 'update']).as('server_groups.update')
router.delete('/server-groups/:id', [servers.ServerGroups, 'destroy']).as('server_groups.destroy')
router.post('/server-filters', [servers.SavedFilters, 'store']).as('server_filters.store')
router.delete('/server-filters/:id', [servers.SavedFilters, 'destroy']).as('server_filters.destroy')
