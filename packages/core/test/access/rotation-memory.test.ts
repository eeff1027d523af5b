import { RotationMemory, type Rotation } from '../../src/access/rotation-memory.js';
import { sensitive } from '../support/rotation-fixture.js';

const ARN = 'arn:orders';
const value = (versionId: string, secretArn = ARN) =>
  ({ kind: 'text', secretArn, versionId, text: sensitive(`value of ${versionId}`) }) as const;
const rotation: Rotation = { secretId: 'orders', versionId: 'next' };
const server = { host: 'db.example', port: 5439 };

describe('what is remembered of a rotation', () => {
  it('is all gone once it is forgotten', () => {
    const memory = new RotationMemory();
    const record = memory.of(rotation);
    record.keepValue(value('first'));
    record.beginProof(ARN, 'first').complete(1_000);
    record.keepServer('boss', server);
    record.countRefused('sheep');
    memory.of(rotation).forget();
    expect(record.hasValues).toBe(false);
    expect(record.value(ARN, 'first')).toBeUndefined();
    expect(record.mayBeProved).toBe(false);
    expect(record.server('boss')).toBeUndefined();
    expect(record.refused('sheep')).toBe(0);
  });

  it('never meets that of another secret with the same version id', () => {
    const memory = new RotationMemory();
    const record = memory.of(rotation);
    const other = memory.of({ ...rotation, secretId: 'invoices' });
    record.keepValue(value('first'));
    record.keepServer('boss', server);
    record.countRefused('sheep');
    record.beginProof(ARN, 'first').complete(1_000);
    expect(other.hasValues).toBe(false);
    expect(other.server('boss')).toBeUndefined();
    expect(other.refused('sheep')).toBe(0);
    expect(other.mayBeProved).toBe(false);
    other.keepValue(value('theirs', 'arn:invoices'));
    other.forget();
    expect(record.value(ARN, 'first')?.versionId).toBe('first');
    expect(record.isProved(ARN, 'first', 1_000)).toBe(true);
  });

  it.each([
    ['secret a', 'b'],
    ['secret', 'a b'],
    ['["secret', 'a"]'],
    ['secret","a', 'b'],
  ])('is told apart by secret and version, whatever they hold: %s, %s', (secretId, versionId) => {
    const memory = new RotationMemory();
    memory.of({ secretId, versionId }).countRefused('sheep');
    expect(memory.of({ secretId: 'secret', versionId: 'a","b' }).refused('sheep')).toBe(0);
    expect(
      memory.of({ secretId: `${secretId} ${versionId}`, versionId: '' }).refused('sheep'),
    ).toBe(0);
  });

  it('is not that of a secret which has had the same name', () => {
    const memory = new RotationMemory();
    const record = memory.of(rotation);
    record.keepServer('boss', server);
    record.keepValue(value('first'));
    record.beginProof(ARN, 'first').complete(1_000);
    expect(record.server('boss')).toBe(server);
    expect(record.value('arn:made anew', 'first')).toBeUndefined();
    expect(record.isProved('arn:made anew', 'first', 1_000)).toBe(false);
    record.keepValue(value('other', 'arn:made anew'));
    expect(record.value(ARN, 'first')).toBeUndefined();
    expect(record.server('boss')).toBeUndefined();
    expect(record.mayBeProved).toBe(false);
  });

  it('is bounded, and the one touched longest ago goes first', () => {
    const memory = new RotationMemory();
    const records = Array.from({ length: 100 }, (_, n) =>
      memory.of({ secretId: `secret ${n}`, versionId: 'v' }),
    );
    for (const [n, record] of records.entries()) record.keepValue(value('first', `arn:${n}`));
    const held = records.filter((record) => record.hasValues);
    expect(held).toHaveLength(64);
    held[0]?.countRefused('sheep');
    memory.of({ secretId: 'one more', versionId: 'v' }).countRefused('sheep');
    expect(held.filter((record) => !record.hasValues)).toEqual([held[1]]);
  });

  it('takes no room before something is remembered', () => {
    const memory = new RotationMemory();
    memory.of(rotation).keepValue(value('first'));
    for (let n = 0; n < 100; n++) {
      const record = memory.of({ secretId: `secret ${n}`, versionId: 'v' });
      expect([record.hasValues, record.mayBeProved, record.refused('sheep')]).toEqual([
        false,
        false,
        0,
      ]);
    }
    expect(memory.of(rotation).hasValues).toBe(true);
  });
});

describe('the values', () => {
  it('are given back for the same version only', () => {
    const record = new RotationMemory().of(rotation);
    record.keepValue(value('first'));
    expect(record.value(ARN, 'first')?.versionId).toBe('first');
    expect(record.value(ARN, 'next')).toBeUndefined();
  });

  it('are dropped with the next rotation of the secret', () => {
    const memory = new RotationMemory();
    const record = memory.of(rotation);
    const next = memory.of({ ...rotation, versionId: 'another' });
    record.keepValue(value('first'));
    next.keepValue(value('another'));
    expect(record.hasValues).toBe(false);
    expect(next.hasValues).toBe(true);
  });
});

describe('the proof', () => {
  const proved = () => {
    const record = new RotationMemory().of(rotation);
    record.beginProof(ARN, 'first').complete(1_000);
    return record;
  };

  it.each([
    [1_000, true],
    [61_000, true],
    [61_001, false],
    [999, false],
  ])('at %i of one of 1000 counts: %p', (now, holds) => {
    expect(proved().isProved(ARN, 'first', now)).toBe(holds);
    expect(proved().mayBeProved).toBe(true);
  });

  it.each([
    ['arn:other', 'first'],
    [ARN, 'f'],
    [ARN, 'next'],
  ])('says nothing about %s beside %s', (secretArn, currentVersion) =>
    expect(proved().isProved(secretArn, currentVersion, 1_000)).toBe(false),
  );

  it('counts once it is complete', () => {
    const record = new RotationMemory().of(rotation);
    const proof = record.beginProof(ARN, 'first');
    expect(record.isProved(ARN, 'first', 1_000)).toBe(false);
    expect(record.mayBeProved).toBe(false);
    proof.complete(1_000);
    expect(record.isProved(ARN, 'first', 1_000)).toBe(true);
  });

  it('is worth nothing that was begun before the secret was disproved', () => {
    const memory = new RotationMemory();
    const record = memory.of(rotation);
    const early = record.beginProof(ARN, 'first');
    memory.of({ ...rotation, versionId: 'another' }).disprove(ARN);
    early.complete(1_000);
    expect(record.isProved(ARN, 'first', 1_000)).toBe(false);
  });

  it('is the newest of the secret, whatever is disproved elsewhere', () => {
    const memory = new RotationMemory();
    const record = memory.of(rotation);
    const newer = memory.of({ ...rotation, versionId: 'another' });
    const early = record.beginProof(ARN, 'first');
    newer.beginProof(ARN, 'first').complete(1_000);
    early.complete(1_000);
    newer.disprove('arn:other');
    expect(record.isProved(ARN, 'first', 1_000)).toBe(false);
    expect(newer.isProved(ARN, 'first', 1_000)).toBe(true);
  });
});

it('the server is found for the very question that it answered', () => {
  const record = new RotationMemory().of(rotation);
  record.keepServer('boss at db.example', server);
  expect(record.server('boss at db.example')).toBe(server);
  expect(record.server('boss at another')).toBeUndefined();
  record.keepServer('boss at another', server);
  expect(record.server('boss at db.example')).toBeUndefined();
});

it('refused passwords are counted by user', () => {
  const record = new RotationMemory().of(rotation);
  for (const user of ['sheep', 'sheep', 'sheep_clone']) record.countRefused(user);
  record.keepValue(value('first'));
  expect(['sheep', 'sheep_clone', 'wolf'].map((user) => record.refused(user))).toEqual([2, 1, 0]);
});
