import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { startCuttingProxy, type CuttingProxy } from '../../src/worlds/cutting-proxy.js';

describe('a proxy that cuts', () => {
  const heard: string[] = [];
  let server: Server;
  let proxy: CuttingProxy;

  beforeEach(async () => {
    heard.length = 0;
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        heard.push(String(data));
        socket.write(`${String(data)} back`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await startCuttingProxy({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
    });
  });
  afterEach(async () => {
    await proxy.close();
    server.close();
  });

  /** Says each word once the one before was answered; gives the answers until the connection ends. */
  async function converse(words: readonly string[]): Promise<readonly string[]> {
    const socket = connect(proxy.port, '127.0.0.1');
    const answers: string[] = [];
    for (const word of words) {
      socket.write(word);
      const answer = await Promise.race([
        once(socket, 'data').then(String, () => undefined),
        once(socket, 'close').then(() => undefined),
      ]);
      if (answer === undefined) return answers;
      answers.push(answer);
    }
    socket.destroy();
    return answers;
  }

  it('lets everything through until it is armed', async () => {
    expect(await converse(['baa', 'moo'])).toEqual(['baa back', 'moo back']);
  });

  it('keeps an exchange from the server, cutting before it', async () => {
    const happened = proxy.arm({ exchange: 2, when: 'before' });
    expect(await converse(['baa', 'moo'])).toEqual(['baa back']);
    expect(heard).toEqual(['baa']);
    expect(happened()).toBe(true);
  });

  it('loses the answer to what the server has got, cutting after it', async () => {
    proxy.arm({ exchange: 2, when: 'after' });
    expect(await converse(['baa', 'moo'])).toEqual(['baa back']);
    expect(heard).toEqual(['baa', 'moo']);
  });

  it('counts over several connections and cuts one of them', async () => {
    const happened = proxy.arm({ exchange: 3, when: 'before' });
    expect(await converse(['baa'])).toEqual(['baa back']);
    expect(happened()).toBe(false);
    expect(await converse(['moo', 'neigh'])).toEqual(['moo back']);
    expect(await converse(['oink'])).toEqual(['oink back']);
  });
});
