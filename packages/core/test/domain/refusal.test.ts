import { isRefusal, refuse } from '../../src/domain/refusal.js';

describe('a refusal', () => {
  it('is told from everything else', () => {
    const refusal = { code: 'KEYTURN_INVALID_EVENT', message: 'No.', remedy: 'Yes.' } as const;
    expect(isRefusal(refuse(refusal))).toBe(true);
    for (const other of [undefined, null, 'refused', refusal, { kind: 'policy' }]) {
      expect(isRefusal(other)).toBe(false);
    }
  });
});
