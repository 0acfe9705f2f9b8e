import { test } from '@japa/runner'
import { type DeployProject } from '#engine/deploy/input'
import { type CommittedFile } from '#tests/fleet/git_server'
import { goProgram } from '#tests/fleet/go_program'
import { DeployStage } from '#tests/engine/deploy/deploy_stage'
import { assertInvariants } from '#tests/engine/deploy/invariants'
import { RequestLoop } from '#tests/engine/deploy/request_loop'

const WSGI = `import os
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server
from greeting import greet

class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

def application(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [f"{greet(open('name').read())} of {os.environ['COLOUR']}".encode()]

make_server(os.environ['HOST'], int(os.environ['PORT']), application, Server).serve_forever()
`

const GO = `package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	name, err := os.ReadFile("name")
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		fmt.Fprintf(response, "%s of %s", name, os.Getenv("COLOUR"))
	})
	server := &http.Server{Addr: net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT"))}
	done := make(chan struct{})
	go func() {
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		<-asked
		limit, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		server.Shutdown(limit)
		close(done)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		panic(err)
	}
	<-done
}
`

test.group('Applications in other languages', (group) => {
  const stage = new DeployStage()
  group.tap((each) => each.timeout(300_000))
  group.setup(() => stage.open())

  /** Two releases, the second one while visitors ask. */
  async function twoReleases(
    assert: { equal: (one: unknown, other: unknown, text?: string) => void },
    project: DeployProject,
    files: (name: string) => Record<string, CommittedFile>,
    body: (name: string) => string
  ) {
    await stage.git.publish(project.slug, files('one'), 'one')
    const first = await stage.deploy(project)
    assert.equal(first.outcome, 'live', first.log)
    const loop = new RequestLoop(stage.host.address, project)
    await stage.git.publish(project.slug, files('two'), 'two')
    const { outcome, releaseId, log } = await stage.deploy(project)
    const answers = await loop.stop()
    assert.equal(outcome, 'live', log)
    assert.equal(answers.at(-1)?.body, body('two'))
    const bodies = ['one', 'two'].map(body)
    await assertInvariants(stage, project, releaseId, { answers, bodies })
  }

  test('D1: a Python application with requirements in an environment of its release is replaced without a failed request', async ({
    assert,
  }) => {
    const project = stage.project({
      ...{ slug: 'python', runtime: 'process', environment: { COLOUR: 'red' } },
      buildCommands:
        'python3 -m venv .venv\n.venv/bin/pip install --quiet --no-index --find-links wheels -r requirements.txt',
      startCommand: 'exec .venv/bin/python server.py',
      healthTimeoutSeconds: 30,
    })
    const wheel = makeWheel()
    const files = (name: string) => ({
      'server.py': WSGI,
      'requirements.txt': 'greeting==1.0\n',
      'wheels/greeting-1.0-py3-none-any.whl': wheel,
      name,
    })
    await twoReleases(assert, project, files, (name) => `hello ${name} of red`)
  })

  test('D1: a Go binary is replaced without a failed request', async ({ assert }) => {
    const project = stage.project({
      ...{ slug: 'gopher', runtime: 'process', environment: { COLOUR: 'blue' } },
      buildCommands: 'chmod +x server',
      startCommand: 'exec ./server',
      healthTimeoutSeconds: 30,
    })
    const server = await goProgram(GO)
    await twoReleases(
      assert,
      project,
      (name) => ({ server, name }),
      (name) => `${name} of blue`
    )
  })

  /** A wheel as pip installs it: an archive with the package and what is known of it. */
  function makeWheel(): Buffer {
    const script = `import sys, zipfile
info = 'greeting-1.0.dist-info'
files = {
  'greeting.py': 'def greet(name): return "hello " + name\\n',
  f'{info}/METADATA': 'Metadata-Version: 2.1\\nName: greeting\\nVersion: 1.0\\n',
  f'{info}/WHEEL': 'Wheel-Version: 1.0\\nGenerator: hand\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n',
}
files[f'{info}/RECORD'] = ''.join(f'{path},,\\n' for path in [*files, f'{info}/RECORD'])
with zipfile.ZipFile('/tmp/wheel', 'w') as wheel:
  for path, text in files.items(): wheel.writestr(path, text)`
    const host = stage.fleet.host('git-1')
    host.inside(['python3', '-c', script])
    return Buffer.from(host.inside(['base64', '/tmp/wheel']), 'base64')
  }
})
