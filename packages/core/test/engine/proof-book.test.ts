import { ProofBook } from '../../src/engine/proof-book.js';

const subject = { secretArn: 'arn', versionId: 'v2', currentVersion: 'v1' };

describe('the book of proofs', () => {
  const book = () => {
    const proofs = new ProofBook();
    proofs.begin(subject).complete(1_000);
    return proofs;
  };

  it.each([
    [1_000, true],
    [61_000, true],
    [61_001, false],
    [999, false],
  ])('at %i holds a proof of 1000: %p', (now, holds) => {
    expect(book().holds(subject, now)).toBe(holds);
    expect(book().mayHold('v2')).toBe(true);
  });

  it.each([
    { secretArn: 'other' },
    { versionId: 'v' },
    { versionId: 'v3' },
    { currentVersion: 'v' },
  ])('holds nothing for another subject: %j', (change) =>
    expect(book().holds({ ...subject, ...change }, 1_000)).toBe(false),
  );

  it('holds no proof that is not complete', () => {
    const proofs = new ProofBook();
    const proof = proofs.begin(subject);
    expect(proofs.holds(subject, 1_000)).toBe(false);
    expect(proofs.mayHold('v2')).toBe(false);
    proof.complete(1_000);
    expect(proofs.holds(subject, 1_000)).toBe(true);
  });

  it('takes no proof that was begun before a password was changed, or before another proof', () => {
    const proofs = new ProofBook();
    const early = proofs.begin(subject);
    proofs.forget('arn');
    early.complete(1_000);
    expect(proofs.holds(subject, 1_000)).toBe(false);

    const other = proofs.begin(subject);
    proofs.begin({ ...subject, versionId: 'v3' });
    other.complete(1_000);
    expect(proofs.holds(subject, 1_000)).toBe(false);
  });

  it('says without knowing the secret whether asking is worth it', () => {
    expect(book().mayHold('v')).toBe(false);
    expect(book().mayHold('v1')).toBe(false);
    expect(new ProofBook().mayHold('v2')).toBe(false);
  });

  it('forgets a secret, and keeps its newest proof only', () => {
    const proofs = book();
    proofs.begin({ ...subject, versionId: 'v3' }).complete(1_000);
    expect(proofs.holds(subject, 1_000)).toBe(false);
    proofs.forget('other');
    expect(proofs.holds({ ...subject, versionId: 'v3' }, 1_000)).toBe(true);
    proofs.forget('arn');
    expect(proofs.holds({ ...subject, versionId: 'v3' }, 1_000)).toBe(false);
  });
});
