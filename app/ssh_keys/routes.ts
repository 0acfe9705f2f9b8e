import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { sshKeys } = controllers

router.get('/ssh-keys', [sshKeys.SshKeys, 'index']).as('ssh_keys.index')
router.get('/ssh-keys/new', [sshKeys.SshKeys, 'create']).as('ssh_keys.create')
router.post('/ssh-keys', [sshKeys.SshKeys, 'store']).as('ssh_keys.store')
router.get('/ssh-keys/import', [sshKeys.ImportedKeys, 'create']).as('imported_keys.create')
router.post('/ssh-keys/import', [sshKeys.ImportedKeys, 'store']).as('imported_keys.store')
router.get('/ssh-keys/:id', [sshKeys.SshKeys, 'show']).as('ssh_keys.show')
router.put('/ssh-keys/:id', [sshKeys.SshKeys, 'update']).as('ssh_keys.update')
router.delete('/ssh-keys/:id', [sshKeys.SshKeys, 'destroy']).as('ssh_keys.destroy')
router
  .post('/ssh-keys/:id/installations', [sshKeys.KeyInstallations, 'store'])
  .as('key_installations.store')
router.post('/ssh-keys/:id/logins', [sshKeys.SharedLogins, 'store']).as('shared_logins.store')
router.post('/ssh-keys/:id/rotations', [sshKeys.KeyRotations, 'store']).as('key_rotations.store')

router.get('/people-keys', [sshKeys.PeopleKeys, 'index']).as('people_keys.index')
router.get('/people-keys/:id', [sshKeys.PeopleKeys, 'show']).as('people_keys.show')
router
  .post('/people-keys/:id/installations', [sshKeys.PeopleKeyInstallations, 'store'])
  .as('people_key_installations.store')
router.post('/key-removals', [sshKeys.KeyRemovals, 'store']).as('key_removals.store')

router.get('/key-rotations/:id', [sshKeys.KeyRotations, 'show']).as('key_rotations.show')
router
  .post('/key-rotations/:id/retries', [sshKeys.KeyRotationRetries, 'store'])
  .as('key_rotation_retries.store')

router.get('/servers/:id/keys', [sshKeys.ServerKeys, 'show']).as('server_keys.show')
router.post('/servers/:id/keys/looks', [sshKeys.KeyLooks, 'store']).as('key_looks.store')
router
  .post('/servers/:id/keys/rotations', [sshKeys.ServerKeyRotations, 'store'])
  .as('server_key_rotations.store')

router.get('/account/ssh-keys', [sshKeys.AccountKeys, 'index']).as('account_keys.index')
router.post('/account/ssh-keys', [sshKeys.AccountKeys, 'store']).as('account_keys.store')
router.delete('/account/ssh-keys/:id', [sshKeys.AccountKeys, 'destroy']).as('account_keys.destroy')
