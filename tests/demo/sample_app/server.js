/*
| A small web server. It listens where the environment says.
*/
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const page = readFileSync('dist/index.html')

const server = createServer((request, response) => {
  if (request.url === '/health') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n')
    return
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
})

server.listen(Number(process.env.PORT), process.env.HOST, () => {
  console.log(`Listening on ${process.env.HOST}:${process.env.PORT}`)
})

process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
