/*
| Refuses to boot when a route is missing from the authorisation table, or the table names a
| route that does not exist.
*/
import '#start/routes'
import '#start/kernel'
import router from '@adonisjs/core/services/router'
import { requirements } from '#start/authorization'
import { assertRoutesAreAuthorized } from '#app/auth/authorization'

router.commit()
assertRoutesAreAuthorized(Object.values(router.toJSON()).flat(), requirements)
