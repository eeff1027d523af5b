import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { useSecretsManager } from '../src/index.js';

describe('node:test', () => {
  const secretsManager = useSecretsManager({
    hooks: { beforeAll: before, afterAll: after, beforeEach },
  });

  for (const test of ['first', 'second']) {
    it(`gives the ${test} test an empty Secrets Manager`, () => {
      const created = { Name: 'db', ClientRequestToken: '1'.repeat(32) };
      assert.equal(secretsManager().call('CreateSecret', created)['Name'], 'db');
    });
  }
});
