import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

router.get('/palette', [controllers.palette.Palette, 'index']).as('palette.index')
