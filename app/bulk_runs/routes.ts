import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { bulkRuns } = controllers

router.get('/scripts', [bulkRuns.ScriptOverviews, 'index']).as('scripts.index')
router.get('/scripts/:id', [bulkRuns.ScriptOverviews, 'show']).as('scripts.show')
router.get('/scripts/:id/run', [bulkRuns.ScriptRuns, 'create']).as('script_runs.create')
router.post('/scripts/:id/run', [bulkRuns.ScriptRuns, 'store']).as('script_runs.store')

router.get('/bulk-runs', [bulkRuns.BulkRuns, 'index']).as('bulk_runs.index')
router.get('/bulk-runs/new', [bulkRuns.BulkRuns, 'create']).as('bulk_runs.create')
router.get('/bulk-runs/command', [bulkRuns.CommandRuns, 'create']).as('command_runs.create')
router.post('/bulk-runs/command', [bulkRuns.CommandRuns, 'store']).as('command_runs.store')
router.get('/bulk-runs/action', [bulkRuns.ActionRuns, 'create']).as('action_runs.create')
router.post('/bulk-runs/action', [bulkRuns.ActionRuns, 'store']).as('action_runs.store')
router.get('/bulk-runs/:id', [bulkRuns.BulkRuns, 'show']).as('bulk_runs.show')
router.get('/bulk-runs/:id/events', [bulkRuns.BulkRunEvents, 'index']).as('bulk_run_events.index')
router
  .post('/bulk-runs/:id/confirm', [bulkRuns.BulkRunConfirmations, 'store'])
  .as('bulk_run_confirmations.store')
router
  .post('/bulk-runs/:id/cancel', [bulkRuns.BulkRunCancellations, 'store'])
  .as('bulk_run_cancellations.store')
