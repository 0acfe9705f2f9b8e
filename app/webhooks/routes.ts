import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { webhooks } = controllers

router.post('/hooks/:id', [webhooks.Hooks, 'store']).as('hooks.store')
router.get('/projects/:projectId/webhook', [webhooks.Webhooks, 'show']).as('webhooks.show')
router.post('/projects/:projectId/webhook', [webhooks.Webhooks, 'store']).as('webhooks.store')
router.delete('/projects/:projectId/webhook', [webhooks.Webhooks, 'destroy']).as('webhooks.destroy')
