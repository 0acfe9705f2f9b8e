import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { auth } = controllers

router.get('/setup', [auth.Setup, 'create']).as('setup.create')
router.post('/setup', [auth.Setup, 'store']).as('setup.store')

router.get('/login', [auth.Session, 'create']).as('session.create')
router.post('/login', [auth.Session, 'store']).as('session.store')
router.post('/logout', [auth.Session, 'destroy']).as('session.destroy')

router.post('/login/passkey', [auth.PasskeySessions, 'store']).as('passkey_sessions.store')
router
  .post('/login/passkey/challenge', [auth.LoginChallenges, 'store'])
  .as('login_challenges.store')

router.get('/login/second-factor', [auth.SecondFactors, 'create']).as('second_factors.create')
router.post('/login/second-factor', [auth.SecondFactors, 'store']).as('second_factors.store')
router
  .post('/login/second-factor/passkey', [auth.SecondFactorPasskeys, 'store'])
  .as('second_factor_passkeys.store')
router
  .post('/login/second-factor/passkey/challenge', [auth.SecondFactorChallenges, 'store'])
  .as('second_factor_challenges.store')

router.get('/forgot-password', [auth.PasswordRequests, 'create']).as('password_requests.create')
router.post('/forgot-password', [auth.PasswordRequests, 'store']).as('password_requests.store')
router.get('/reset-password', [auth.PasswordResets, 'create']).as('password_resets.create')
router.post('/reset-password', [auth.PasswordResets, 'store']).as('password_resets.store')

router.get('/confirm', [auth.Confirmations, 'create']).as('confirmations.create')
router.post('/confirm', [auth.Confirmations, 'store']).as('confirmations.store')
router
  .post('/confirm/passkey', [auth.ConfirmationPasskeys, 'store'])
  .as('confirmation_passkeys.store')
router
  .post('/confirm/passkey/challenge', [auth.ConfirmationChallenges, 'store'])
  .as('confirmation_challenges.store')

router.get('/sign-up', [auth.SignUps, 'create']).as('sign_ups.create')
router.post('/sign-up', [auth.SignUps, 'store']).as('sign_ups.store')
router.get('/sign-up/complete', [auth.SignUpCompletions, 'create']).as('sign_up_completions.create')
router.post('/sign-up/complete', [auth.SignUpCompletions, 'store']).as('sign_up_completions.store')
