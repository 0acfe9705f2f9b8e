import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { scripts } = controllers

router.get('/scripts/new', [scripts.Scripts, 'create']).as('scripts.create')
router.post('/scripts', [scripts.Scripts, 'store']).as('scripts.store')
router.get('/scripts/:id/edit', [scripts.Scripts, 'edit']).as('scripts.edit')
router.put('/scripts/:id', [scripts.Scripts, 'update']).as('scripts.update')
router.delete('/scripts/:id', [scripts.Scripts, 'destroy']).as('scripts.destroy')
