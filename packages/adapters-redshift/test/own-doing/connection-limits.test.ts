import { RotationWorld, WAYS, type Way } from '../support/rotation-world.js';
import { useDatabase } from '../support/test-server.js';

const database = useDatabase();

/** How many sessions the user may have, and how many the application holds. */
const CASES = WAYS.flatMap((way) =>
  [1, 2, 3].flatMap((limit) =>
    Array.from({ length: limit + 1 }, (_, held): [Way, number, number] => [way, limit, held]),
  ),
);

describe('a limit of sessions', () => {
  let world: RotationWorld;
  afterEach(() => world.dispose());

  it.each(CASES)(
    'of %s with limit %i, of which %i are taken, never costs a sign-in',
    async (...one) => {
      const [way, limit, held] = one;
      world = new RotationWorld(database(), { way });
      await world.makeUser(`CONNECTION LIMIT ${limit}`);
      await world.hold(held);
      const { password } = world.current;
      const error = await world.tryToRotate();
      // Whoever changes its own password needs one session; everything beyond is proved by the refusal itself.
      if (way !== 'alternating users' && held === limit) {
        expect(error?.code).toBe('KEYTURN_DATABASE_FULL');
        expect(world.current.password).toBe(password);
      } else {
        expect(error).toBeUndefined();
        expect(world.current.password).not.toBe(password);
      }
      expect(await world.isAlive()).toBe(true);
    },
  );

  it('of the alternate of a pair, whose old sessions take all of it, is no obstacle', async () => {
    world = new RotationWorld(database(), { way: 'alternating users' });
    await world.makeUser('CONNECTION LIMIT 2');
    await world.hold(2);
    await world.rotate();
    await world.rotate();
    expect(await world.isAlive()).toBe(true);
  });
});
