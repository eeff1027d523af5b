import { request } from 'node:http';
import { type LocalRedshiftApi, startRedshiftApi } from '../../src/index.js';

describe('10: The local Redshift API answers only its own hosts', () => {
  let api: LocalRedshiftApi;

  beforeAll(async () => {
    api = await startRedshiftApi({ clusters: [{ identifier: 'shop', host: 'shop.example' }] });
  });
  afterAll(() => api.close());

  const ask = (headers: Readonly<Record<string, string>>) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const options = { method: 'POST', headers, agent: false };
      const asking = request(api.endpoint, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      });
      asking.on('error', reject).end('Action=DescribeClusters&Version=2012-12-01');
    });

  it.each([
    { host: 'rebound.example' },
    { host: 'localhost.rebound.example:5100' },
    { host: '127.1' },
    { host: '0.0.0.0' },
    { host: 'localhost', origin: 'https://rebound.example' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost', 'sec-fetch-site': 'cross-site' },
  ])('refuses %j', async (headers) => {
    const { status, text } = await ask(headers);
    expect(status).toBe(403);
    expect(text).not.toContain('shop');
    expect(api.requests).toEqual([]);
  });
});
