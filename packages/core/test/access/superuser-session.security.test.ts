import {
  singleUser,
  type ApplyContext,
  type OwnershipProof,
  type RotationStrategy,
} from '../../src/index.js';
import { RotationFixture } from '../support/rotation-fixture.js';

/** A strategy that asks for the superuser in some way of its own. */
function asking(apply: (context: ApplyContext) => Promise<unknown>): RotationStrategy {
  return {
    ...singleUser({ changeIn: 'setSecret' }),
    usesSuperuser: true,
    prepare: (context) => context.checkSuperuser(),
    apply: async (context) => {
      await apply(context);
      return 'asked';
    },
  };
}

/** Runs setSecret with it, as far as it comes. */
async function tried(apply: (context: ApplyContext) => Promise<unknown>) {
  const fixture = new RotationFixture({ strategy: asking(apply) });
  fixture.begin('second');
  await fixture.run('createSecret', 'second');
  const error = await fixture.attempt('setSecret', 'second');
  return { fixture, error };
}

const forged = {} as OwnershipProof;

/** Ways around the proof that the compiler refuses, or that a cast gets past it. */
const ways: readonly (readonly [string, (context: ApplyContext) => Promise<unknown>])[] = [
  // @ts-expect-error -- there is no session without a request
  ['without a request', (context) => context.signInAsSuperuser()],
  // @ts-expect-error -- nor without a proof
  ['without a proof', (context) => context.signInAsSuperuser({})],
  // @ts-expect-error -- nor with something else in its place
  ['with true', (context) => context.signInAsSuperuser({ proof: true })],
  // @ts-expect-error -- nor with an object that looks like one
  ['with an object', (context) => context.signInAsSuperuser({ proof: {} })],
  // @ts-expect-error -- what trying a credential gives is none
  ['with a try', async (context) => context.signInAsSuperuser({ proof: await tryIt(context) })],
  ['with null behind a cast', (context) => context.signInAsSuperuser({ proof: null as never })],
  ['with a text behind a cast', (context) => context.signInAsSuperuser({ proof: 'yes' as never })],
  ['with a forged proof', (context) => context.signInAsSuperuser({ proof: forged })],
  [
    'with a copy of a proof',
    async (context) => {
      const { proof } = await context.proveOwnership();
      return context.signInAsSuperuser({ proof: { ...proof } });
    },
  ],
  [
    'with an heir of a proof',
    async (context) => {
      const { proof } = await context.proveOwnership();
      return context.signInAsSuperuser({ proof: Object.create(proof) as OwnershipProof });
    },
  ],
];

const tryIt = (context: ApplyContext) =>
  context.tryStored({ rung: 'current', users: [context.current.username] });

describe('3: the superuser signs in for nobody who has not proved ownership', () => {
  it.each(ways)('not %s', async (_, way) => {
    const { fixture, error } = await tried(way);
    expect(error?.code).toBe('KEYTURN_UNEXPECTED');
    expect(error?.message).toContain('the proof that proveOwnership gave');
    expect(fixture.signIns.filter((line) => line.startsWith('shepherd'))).toEqual([]);
    expect(fixture.alive).toEqual(['first']);
    expect(fixture.database.openSessions).toBe(0);
  });

  it('not with the proof of another step, though it was one', async () => {
    let kept: OwnershipProof | undefined;
    const { fixture, error } = await tried(async (context) => {
      const proof = (kept ??= (await context.proveOwnership()).proof);
      const session = await context.signInAsSuperuser({ proof });
      await session.close();
    });
    expect(error).toBeUndefined();
    fixture.forgetSignIns();
    expect((await fixture.failure('setSecret', 'second')).code).toBe('KEYTURN_UNEXPECTED');
    expect(fixture.signIns).toEqual([]);
  });

  it('not with the proof of another secret', async () => {
    let kept: OwnershipProof | undefined;
    const other = await tried(async (context) => {
      kept = (await context.proveOwnership()).proof;
    });
    expect(other.error).toBeUndefined();
    const { fixture, error } = await tried((context) =>
      context.signInAsSuperuser({ proof: kept ?? forged }),
    );
    expect(error?.code).toBe('KEYTURN_UNEXPECTED');
    expect(fixture.signIns).toEqual([]);
  });

  it('not where no stored credential signs in', async () => {
    const strategy = asking(async (context) => {
      const { proof } = await context.proveOwnership();
      await context.signInAsSuperuser({ proof });
    });
    const fixture = new RotationFixture({ strategy });
    fixture.begin('second');
    await fixture.run('createSecret', 'second');
    fixture.database.putUser(fixture.address, { name: 'sheep', password: 'Changed-By-Hand-1' });
    const { code } = await fixture.refusal('setSecret', 'second');
    expect(code).toBe('KEYTURN_NO_PROOF_OF_OWNERSHIP');
    expect(fixture.signIns.filter((line) => line.startsWith('shepherd'))).toEqual([]);
  });

  it('and a strategy has no other way to another secret or server', async () => {
    let members: readonly string[] = [];
    await tried(async (context) => {
      members = Object.keys(context).sort();
    });
    expect(members).toContain('proveOwnership');
    expect(members.filter((name) => /sign|secret|server|store$|database|read/i.test(name))).toEqual(
      ['signInAsSuperuser'],
    );
  });

  it('and does so with the proof', async () => {
    const { fixture, error } = await tried(async (context) => {
      const { proof } = await context.proveOwnership();
      const session = await context.signInAsSuperuser({ proof });
      await session.close();
    });
    expect(error).toBeUndefined();
    expect(fixture.signIns).toEqual(['sheep accepted', 'shepherd accepted']);
  });
});
