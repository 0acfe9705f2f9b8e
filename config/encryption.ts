import env from '#start/env'
import { defineConfig, drivers } from '@adonisjs/core/encryption'
import { Secret } from '@adonisjs/core/helpers'
import { previousKeys } from '../bin/keys.js'

/** The key that encrypts, then those that what is already encrypted may have been made with. */
function keysOf(name: 'APP_KEY' | 'SECRETS_KEY') {
  const former = previousKeys(env.get(`${name}_PREVIOUS`)?.release())
  return [env.get(name)!, ...former.map((key) => new Secret(key))]
}

const encryptionConfig = defineConfig({
  default: 'app',
  list: {
    /**
     * Cookies and signed links.
     */
    app: drivers.chacha20({ keys: keysOf('APP_KEY'), id: 'app' }),

    /**
     * What is stored: SSH keys, deploy keys, variables.
     */
    secrets: drivers.chacha20({ keys: keysOf('SECRETS_KEY'), id: 'sec' }),
  },
})

export default encryptionConfig

declare module '@adonisjs/core/types' {
  export interface EncryptorsList extends InferEncryptors<typeof encryptionConfig> {}
}
