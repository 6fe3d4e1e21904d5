import { connect } from 'node:net';

/** What a client on this machine gets: `refused` where the connection ends without a byte. */
export type Answer = 'answered' | 'refused' | 'silent';

/**
 * Asks a member's client port as a client does, and waits for the first byte of any answer. That the
 * connection opens says nothing: Docker's proxy accepts it for a container that hears nothing.
 */
export function askFromOutside(clientAddress: string, withinMs: number): Promise<Answer> {
  const { hostname, port } = new URL(`http://${clientAddress}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    const timer = setTimeout(() => end('silent'), withinMs);
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => socket.write('GET /version HTTP/1.0\r\n\r\n'));
    socket.on('data', () => end('answered'));
    socket.on('error', () => end('refused'));
    socket.on('end', () => end('refused'));
  });
}
