/*
| `node ace <command>`: from TypeScript sources, under whatever Node. See bin/ace.js. The production
| build replaces this file.
*/
await import('./bin/ace.js')
