/** A number of servers in words: "1 server", "312 servers". */
export function counted(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'server' : 'servers'}`
}
