/**
 * The files of a small web application. It answers with its name; the script may use `answer`,
 * `request` and what Node has.
 */
export function nodeApp(name: string, script = ''): Record<string, string> {
  return {
    'server.js': `
const http = require('node:http')
let answer = () => ({ status: 200, body: ${JSON.stringify(name)} })
let delay = 0
${script}
const server = http.createServer((request, response) => {
  const { status, body } = answer(request)
  response.writeHead(status)
  response.end(body)
})
setTimeout(() => {
  server.listen(process.env.PORT, process.env.HOST, () => console.log('listening: ${name}'))
}, delay)
`,
  }
}
