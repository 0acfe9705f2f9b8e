import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { terminals } = controllers

router.get('/servers/:id/terminal', [terminals.Terminals, 'create']).as('terminals.create')
router.post('/servers/:id/terminals', [terminals.Terminals, 'store']).as('terminals.store')
router
  .post('/servers/:id/terminals/:terminalId/tickets', [terminals.TerminalTickets, 'store'])
  .as('terminal_tickets.store')
router
  .get('/servers/:id/terminal/socket', [terminals.TerminalSockets, 'show'])
  .as('terminal_sockets.show')
