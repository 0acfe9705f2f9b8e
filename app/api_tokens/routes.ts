import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'

const { apiTokens } = controllers

router.get('/team/tokens', [apiTokens.ApiTokens, 'index']).as('api_tokens.index')
router.post('/team/tokens', [apiTokens.ApiTokens, 'store']).as('api_tokens.store')
router.delete('/team/tokens/:id', [apiTokens.ApiTokens, 'destroy']).as('api_tokens.destroy')
