import { startRedshiftApi } from '../../src/index.js';

it('the local Redshift API answers as localhost', async () => {
  const api = await startRedshiftApi({ clusters: [{ identifier: 'shop', host: 'shop.example' }] });
  const form = new URLSearchParams({ Action: 'DescribeClusters', Version: '2012-12-01' });
  const url = api.endpoint.replace('127.0.0.1', 'localhost');
  const answer = await fetch(url, { method: 'POST', body: form });
  expect(answer.status).toBe(200);
  await expect(answer.text()).resolves.toContain('shop.example');
  await api.close();
});
