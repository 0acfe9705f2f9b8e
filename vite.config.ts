import { defineConfig } from 'vite'
import adonisjs from '@adonisjs/vite/client'

export default defineConfig({
  plugins: [
    adonisjs({
      entryPoints: ['resources/css/app.css', 'resources/js/app.ts'],
      reload: ['resources/views/**/*.edge'],
    }),
  ],
  build: {
    // Every font and image is a file of its own: the policy allows no data: URLs for fonts.
    assetsInlineLimit: 0,
  },
  server: {
    watch: {
      ignored: ['**/tmp/**', '**/build/**', '**/tests/**'],
    },
  },
})
