import { AsyncLocalStorage } from 'node:async_hooks';
import { KeyturnError, RotationEngine } from '@keyturn/core';
import type { DatabaseAdmin, SecretStore } from '@keyturn/core/adapter';
import { countingPasswords, ManualClock } from '@keyturn/testkit/fakes';
import { withCallPoints } from '@keyturn/testkit/faults';
import { injectFault, type InjectedFault, type SingleFault } from '../hooks/inject-fault.js';
import { STRATEGIES } from '../worlds/prepare.js';
import type { FunctionProcess } from '../worlds/rotate.js';
import type { StrategyName, World } from '../worlds/world.js';

/** What one rotation works with. */
interface Scene {
  readonly store: SecretStore;
  readonly database: DatabaseAdmin;
}

/** One process with one engine per strategy, which serves all secrets of a fleet for as long as it lives. */
export class SoakProcess {
  readonly clock = new ManualClock();
  readonly #scene = new AsyncLocalStorage<Scene>();
  readonly #engines = new Map<StrategyName, RotationEngine>();

  constructor() {
    const scene = (): Scene => {
      const found = this.#scene.getStore();
      if (found === undefined) throw new TypeError('a port was called outside of a rotation');
      return found;
    };
    const store: SecretStore = {
      describe: (request) => scene().store.describe(request),
      readValue: (request) => scene().store.readValue(request),
      listVersions: (request) => scene().store.listVersions(request),
      putPending: (request) => scene().store.putPending(request),
      moveLabel: (request) => scene().store.moveLabel(request),
    };
    const passwords = countingPasswords();
    for (const { name, strategy } of STRATEGIES) {
      const database: DatabaseAdmin = {
        get profile() {
          return scene().database.profile;
        },
        signIn: (request) => scene().database.signIn(request),
      };
      const options = { store, database, strategy, passwords, clock: this.clock };
      this.#engines.set(name, new RotationEngine(options));
    }
  }

  /** The process as one secret sees it, with a fault that befalls only its own calls. */
  serve(
    world: World,
    strategy: StrategyName,
    fault?: SingleFault,
  ): FunctionProcess & { struck(): boolean } {
    const engine = this.#engines.get(strategy);
    if (engine === undefined) throw new TypeError(`there is no strategy ${strategy}`);
    const injected: InjectedFault | undefined = fault && injectFault(fault, world);
    const scene: Scene =
      injected === undefined
        ? world
        : {
            store: withCallPoints(world.store, injected.hook),
            database: withCallPoints(injected.around(world.database), injected.hook),
          };
    return {
      struck: () => injected?.struck() !== undefined,
      run: (step, token) =>
        this.#scene.run(scene, async () => {
          try {
            await engine.run({ step, secretId: world.secretId, versionId: token });
            return 'succeeded';
          } catch (error) {
            if (KeyturnError.is(error)) return error;
            throw error;
          }
        }),
    };
  }
}
