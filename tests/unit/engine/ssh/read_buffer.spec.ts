import { once } from 'node:events'
import net from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from '@japa/runner'
import { ReadBuffer } from '#engine/ssh/read_buffer'
import { openSocket } from '#engine/ssh/socket'

test.group('Read buffer', (group) => {
  const server = net.createServer()
  const sockets: net.Socket[] = []

  group.setup(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return () => void server.close()
  })
  group.each.teardown(() => sockets.splice(0).forEach((socket) => socket.destroy()))

  /** A socket as the engine opens it, and its other end. */
  async function connect() {
    const accepted = once(server, 'connection')
    const { port } = server.address() as net.AddressInfo
    const socket = await openSocket('127.0.0.1', port, 5000)
    const [peer]: net.Socket[] = await accepted
    sockets.push(socket, peer)
    return { socket, peer }
  }

  /** Resolves when the socket has given so many bytes. */
  async function given(socket: net.Socket, length: number) {
    while (socket.bytesRead < length || socket.readableLength > 0) await turn()
  }

  const numbered = (length: number) =>
    Buffer.from(Array.from({ length }, (_, index) => (index * 31) % 251))

  test('what was read before sharing stays as it was', async ({ assert }) => {
    const { socket, peer } = await connect()
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
    const bytes = numbered(300_000)
    peer.write(bytes)
    await given(socket, bytes.length)
    ReadBuffer.share(socket)
    peer.write(numbered(100_000).fill(0))
    await given(socket, bytes.length + 100_000)
    assert.isTrue(Buffer.concat(chunks).subarray(0, bytes.length).equals(bytes))
  })

  test('what comes before anybody listens is kept', async ({ assert }) => {
    const { socket, peer } = await connect()
    ReadBuffer.share(socket)
    for (const [index, word] of ['one', 'two', 'six'].entries()) {
      peer.write(word)
      while (socket.bytesRead < 3 * (index + 1)) await turn()
    }
    let text = ''
    socket.on('data', (chunk: Buffer) => void (text += chunk))
    peer.end('end')
    await once(socket, 'end')
    assert.equal(text, 'onetwosixend')
  })

  test('sockets that share read into the same memory, and each gives its own bytes', async ({
    assert,
  }) => {
    const memory = new Set<ArrayBufferLike>()
    const pairs = [await connect(), await connect()]
    const texts = pairs.map(({ socket, peer }, index) => {
      const text: string[] = []
      ReadBuffer.share(socket)
      socket.on('data', (chunk: Buffer) => {
        // The first read after sharing began is into what was ready before.
        if (text.length > 0) memory.add(chunk.buffer)
        text.push(chunk.toString('latin1'))
      })
      for (let part = 0; part < 200; part++) peer.write(String(index).repeat(10_000))
      return text
    })
    await Promise.all(pairs.map(({ socket }) => given(socket, 2_000_000)))
    assert.equal(memory.size, 1)
    for (const [index, text] of texts.entries()) {
      assert.equal(text.join(''), String(index).repeat(2_000_000))
    }
  })

  test('a socket that shares loses and doubles nothing while it is paused', async ({ assert }) => {
    const { socket, peer } = await connect()
    ReadBuffer.share(socket)
    const bytes = numbered(3_000_000)
    const chunks: Buffer[] = []
    let length = 0
    socket.on('data', (chunk: Buffer) => {
      chunks.push(Buffer.from(chunk))
      length += chunk.length
      socket.pause()
      setTimeout(() => socket.resume(), 1)
    })
    peer.end(bytes)
    await once(socket, 'end')
    assert.equal(length, bytes.length)
    assert.isTrue(Buffer.concat(chunks).equals(bytes))
  })
})
