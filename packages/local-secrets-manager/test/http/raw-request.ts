import { connect } from 'node:net';

/** The status and text that come back for bytes as they are written here, whatever they are. */
export function sendRaw(
  port: number,
  lines: readonly string[],
  body = '',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const [, status = '0'] = /^HTTP\/1\.\d (\d{3})/.exec(text) ?? [];
      resolve({ status: Number(status), text });
    });
    const all = [...lines, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'];
    socket.write(`${all.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  });
}
