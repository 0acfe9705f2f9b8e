import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { account } = controllers

router.get('/account', [account.Profiles, 'edit']).as('account.edit')
router.put('/account', [account.Profiles, 'update']).as('account.update')
router.put('/account/theme', [account.Themes, 'update']).as('account_theme.update')
router.get('/account/email', [account.Emails, 'edit']).as('account_email.edit')
router.put('/account/email', [account.Emails, 'update']).as('account_email.update')

router.get('/account/security', [account.Security, 'show']).as('account_security.show')
router.get('/account/password', [account.Passwords, 'edit']).as('account_password.edit')
router.put('/account/password', [account.Passwords, 'update']).as('account_password.update')

router.get('/account/authenticator', [account.Authenticators, 'create']).as('authenticator.create')
router.post('/account/authenticator', [account.Authenticators, 'store']).as('authenticator.store')
router
  .delete('/account/authenticator', [account.Authenticators, 'destroy'])
  .as('authenticator.destroy')
router.get('/account/recovery-codes', [account.RecoveryCodes, 'show']).as('recovery_codes.show')
router.post('/account/recovery-codes', [account.RecoveryCodes, 'store']).as('recovery_codes.store')
router
  .post('/account/recovery-codes/file', [account.RecoveryCodeFiles, 'store'])
  .as('recovery_code_file.store')

router.get('/account/passkeys/new', [account.Passkeys, 'create']).as('passkeys.create')
router
  .post('/account/passkeys/options', [account.PasskeyOptions, 'store'])
  .as('passkey_options.store')
router.post('/account/passkeys', [account.Passkeys, 'store']).as('passkeys.store')
router.get('/account/passkeys/:id/edit', [account.Passkeys, 'edit']).as('passkeys.edit')
router.put('/account/passkeys/:id', [account.Passkeys, 'update']).as('passkeys.update')
router.delete('/account/passkeys/:id', [account.Passkeys, 'destroy']).as('passkeys.destroy')

router.get('/account/sessions', [account.Sessions, 'index']).as('account_sessions.index')
router.delete('/account/sessions', [account.OtherSessions]).as('other_sessions.destroy')
router.delete('/account/sessions/:id', [account.Sessions, 'destroy']).as('account_sessions.destroy')
