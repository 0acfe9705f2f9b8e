/*
| What every request passes through, in order.
*/
import router from '@adonisjs/core/services/router'
import server from '@adonisjs/core/services/server'

server.errorHandler(() => import('#app/core/exceptions/handler'))

server.use([
  () => import('#app/core/middleware/container_bindings_middleware'),
  () => import('#app/core/middleware/api_answers_middleware'),
  () => import('#app/core/middleware/static_files_middleware'),
  () => import('@adonisjs/vite/vite_middleware'),
])

router.use([
  () => import('#app/core/middleware/request_log_middleware'),
  () => import('#app/core/middleware/body_parser_middleware'),
  () => import('#app/core/middleware/session_middleware'),
  () => import('#app/core/middleware/shield_middleware'),
  () => import('@adonisjs/auth/initialize_auth_middleware'),
  () => import('#app/auth/middleware/authorize_middleware'),
  () => import('#app/core/middleware/frame_middleware'),
])
