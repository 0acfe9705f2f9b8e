import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { members } = controllers

router.get('/team', [members.Members, 'index']).as('members.index')
router.get('/team/members/:id', [members.Members, 'show']).as('members.show')
router.delete('/team/members/:id', [members.Members, 'destroy']).as('members.destroy')
router.put('/team/members/:id/role', [members.MemberRoles, 'update']).as('member_roles.update')
router.put('/team/members/:id/access', [members.MemberAccess, 'update']).as('member_access.update')
router.post('/team/leave', [members.Departures, 'store']).as('departures.store')

router.get('/team/invitations/new', [members.Invitations, 'create']).as('invitations.create')
router.post('/team/invitations', [members.Invitations, 'store']).as('invitations.store')
router.delete('/team/invitations/:id', [members.Invitations, 'destroy']).as('invitations.destroy')

router
  .get('/invitations/:token', [members.InvitationAcceptances, 'show'])
  .as('invitation_acceptances.show')
router
  .post('/invitations/:token', [members.InvitationAcceptances, 'store'])
  .as('invitation_acceptances.store')
router
  .post('/invitations/:token/account', [members.InvitationAccounts, 'store'])
  .as('invitation_accounts.store')
