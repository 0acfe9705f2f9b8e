import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

router.get('/setup', [controllers.auth.Setup, 'create']).as('setup.create')
router.post('/setup', [controllers.auth.Setup, 'store']).as('setup.store')

router.get('/login', [controllers.auth.Session, 'create']).as('session.create')
router.post('/login', [controllers.auth.Session, 'store']).as('session.store')
router.post('/logout', [controllers.auth.Session, 'destroy']).as('session.destroy')
