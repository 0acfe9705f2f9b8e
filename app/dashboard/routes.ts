import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

router.get('/dashboard', [controllers.dashboard.Dashboard, 'show']).as('dashboard.show')
