import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

router.get('/', [controllers.core.Home]).as('home')
router.get('/health/live', [controllers.core.HealthLive]).as('health.live')
router.get('/design-system', [controllers.core.DesignSystem]).as('design_system')
