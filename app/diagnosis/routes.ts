import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { diagnosis } = controllers

router.get('/health/ready', [diagnosis.HealthReady]).as('health.ready')
router.get('/administration/diagnosis', [diagnosis.Diagnosis]).as('diagnosis.show')
