import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { administration } = controllers

router
  .group(() => {
    router.get('/settings', [administration.GeneralSettings, 'edit']).as('general_settings.edit')
    router
      .put('/settings', [administration.GeneralSettings, 'update'])
      .as('general_settings.update')
    router.get('/settings/mail', [administration.MailSettings, 'edit']).as('mail_settings.edit')
    router.put('/settings/mail', [administration.MailSettings, 'update']).as('mail_settings.update')
    router.post('/settings/mail/tests', [administration.TestMails, 'store']).as('test_mails.store')
    router
      .get('/settings/network', [administration.NetworkSettings, 'edit'])
      .as('network_settings.edit')
    router
      .put('/settings/network', [administration.NetworkSettings, 'update'])
      .as('network_settings.update')
    router
      .get('/settings/retention', [administration.RetentionSettings, 'edit'])
      .as('retention_settings.edit')
    router
      .put('/settings/retention', [administration.RetentionSettings, 'update'])
      .as('retention_settings.update')

    router.get('/users', [administration.Users, 'index']).as('users.index')
    router.get('/users/:id', [administration.Users, 'show']).as('users.show')
    router.delete('/users/:id', [administration.Users, 'destroy']).as('users.destroy')
    router
      .post('/users/:id/deactivation', [administration.UserDeactivations, 'store'])
      .as('user_deactivations.store')
    router
      .delete('/users/:id/deactivation', [administration.UserDeactivations, 'destroy'])
      .as('user_deactivations.destroy')
    router
      .post('/users/:id/administrator', [administration.Administrators, 'store'])
      .as('administrators.store')
    router
      .delete('/users/:id/administrator', [administration.Administrators, 'destroy'])
      .as('administrators.destroy')
    router
      .delete('/users/:id/sessions', [administration.UserSessions, 'destroy'])
      .as('user_sessions.destroy')
    router
      .delete('/users/:id/second-factor', [administration.UserSecondFactors, 'destroy'])
      .as('user_second_factors.destroy')
    router
      .post('/users/:id/password-resets', [administration.UserPasswordResets, 'store'])
      .as('user_password_resets.store')

    router.get('/usage', [administration.Usage, 'show']).as('usage.show')
  })
  .prefix('/administration')
