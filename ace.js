/*
| Runs ace commands from TypeScript sources. The production build replaces this file.
*/
import '@poppinss/ts-exec'

await import('./bin/console.js')
