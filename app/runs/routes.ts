import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { runs } = controllers

router.get('/runs', [runs.Runs, 'index']).as('runs.index')
router.get('/runs/:id', [runs.Runs, 'show']).as('runs.show')
router.get('/runs/:id/log', [runs.RunLogs, 'show']).as('run_logs.show')
router.get('/runs/:id/log.txt', [runs.RunLogs, 'download']).as('run_logs.download')
router.get('/runs/:id/events', [runs.RunEvents, 'index']).as('run_events.index')
router.post('/runs/:id/cancel', [runs.RunCancellations, 'store']).as('run_cancellations.store')
