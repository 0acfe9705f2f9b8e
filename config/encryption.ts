import env from '#start/env'
import { defineConfig, drivers } from '@adonisjs/core/encryption'

const encryptionConfig = defineConfig({
  default: 'app',
  list: {
    /**
     * Cookies and signed links.
     */
    app: drivers.chacha20({ keys: [env.get('APP_KEY')], id: 'app' }),

    /**
     * What is stored: SSH keys, deploy keys, variables.
     */
    secrets: drivers.chacha20({ keys: [env.get('SECRETS_KEY')], id: 'sec' }),
  },
})

export default encryptionConfig

declare module '@adonisjs/core/types' {
  export interface EncryptorsList extends InferEncryptors<typeof encryptionConfig> {}
}
