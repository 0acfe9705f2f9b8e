import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { teams } = controllers

router.get('/teams/new', [teams.Teams, 'create']).as('teams.create')
router.post('/teams', [teams.Teams, 'store']).as('teams.store')
router.post('/teams/:id/switch', [teams.TeamSwitches, 'store']).as('team_switches.store')

router.delete('/team', [teams.Teams, 'destroy']).as('teams.destroy')
router.get('/team/roles', [teams.TeamRoles]).as('team_roles.show')
router.get('/team/settings', [teams.TeamSettings, 'edit']).as('team_settings.edit')
router.put('/team/settings', [teams.TeamSettings, 'update']).as('team_settings.update')
router.post('/team/transfer', [teams.TeamTransfers, 'store']).as('team_transfers.store')
