import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

/*
| What no other route matches passes through the middleware all the same, so that the page that
| says so has its headers and its frame. Routes match in the order in which they are made.
*/
router.any('*', [controllers.core.NotFound]).as('not_found')
