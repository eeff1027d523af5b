import type {
  DatabaseSession,
  Permission,
  RotationEventDetail,
  RotationSettings,
} from '../../src/index.js';
import type { PermissionSnapshot } from '../../src/adapter/index.js';
import { withGranted, withRevoked } from '../../src/domain/permissions/apply-changes.js';
import {
  prepareSync,
  type SyncRequest,
} from '../../src/strategies/permissions/sync-permissions.js';
import { resolved } from './values.js';
import type { ApplyContext } from '../../src/ports/rotation-strategy.js';

/** What a user has when a {@link PermissionSession} begins. */
export type Held = Partial<PermissionSnapshot>;

/** One call that a {@link PermissionSession} was asked. */
export interface PermissionCall {
  readonly method: string;
  readonly user?: string;
  readonly kinds?: readonly string[];
  readonly memberships?: readonly Permission[];
  readonly permissions?: readonly Permission[];
}

/**
 * The pair `app` and `app_clone` in one database `dev`, where each user has what is said and what it is given.
 * `calls` tells what was asked, `events` what was reported. Statements are as short as `GRANT schema TO app`.
 */
export class PermissionSession {
  readonly calls: PermissionCall[] = [];
  readonly events: RotationEventDetail[] = [];
  /** Called before a call, to change the world. */
  before: (call: PermissionCall) => void = () => undefined;
  readonly #held: Record<string, PermissionSnapshot>;
  readonly #inherited: readonly Permission[];

  constructor(source: Held, target: Held, inherited: readonly Permission[] = []) {
    const whole = { permissions: [], notChecked: [], owned: [], bySuperuser: true };
    this.#held = { app: { ...whole, ...source }, app_clone: { ...whole, ...target } };
    this.#inherited = inherited;
  }

  change(user: string, held: Held): void {
    this.#held[user] = { ...this.of(user), ...held };
  }

  of(user: string): PermissionSnapshot {
    const held = this.#held[user];
    if (held === undefined) throw new Error(`there is no user ${user}`);
    return held;
  }

  /** What was asked of one method. */
  asked(method: string): readonly PermissionCall[] {
    return this.calls.filter((call) => call.method === method);
  }

  named<N extends RotationEventDetail['name']>(
    name: N,
  ): Extract<RotationEventDetail, { name: N }>[] {
    return this.events.filter(
      (event): event is Extract<typeof event, { name: N }> => event.name === name,
    );
  }

  /** Looks at the pair and carries out what follows, as a rotation does. @returns how many permissions were granted */
  async sync(
    settings: RotationSettings = {},
    more: Partial<SyncRequest> & { readonly requireTime?: () => void } = {},
  ): Promise<number> {
    const { requireTime, ...request } = more;
    const prepared = await prepareSync(this.context(settings, requireTime), {
      session: this.session(),
      database: 'dev',
      source: 'app',
      target: 'app_clone',
      targetIsOriginal: false,
      targetExists: true,
      created: false,
      wasCurrent: true,
      requireMayCopy: () => Promise.resolve(),
      openDatabase: () => Promise.reject(new TypeError('there is no other database')),
      ...request,
    });
    await prepared.carryOut();
    return prepared.progress.granted;
  }

  context(settings: RotationSettings = {}, requireTime = (): void => undefined): ApplyContext {
    const report = (event: RotationEventDetail) => void this.events.push(event);
    const timeLeftMs = () => Infinity;
    const all = { settings: resolved(settings), report, requireTime, timeLeftMs };
    return all as unknown as ApplyContext;
  }

  session(): DatabaseSession {
    const note = (call: PermissionCall): void => {
      this.calls.push(call);
      this.before(call);
    };
    const session: Partial<DatabaseSession> = {
      readPermissions: async ({ user, kinds }) => {
        note({ method: 'readPermissions', user, ...(kinds && { kinds }) });
        const held = this.of(user);
        const asked = ({ kind }: Pick<Permission, 'kind'>) => kinds?.includes(kind) ?? true;
        return {
          ...held,
          permissions: held.permissions.filter(asked),
          notChecked: held.notChecked.filter(asked),
        };
      },
      readInherited: async ({ memberships, kinds }) => {
        note({ method: 'readInherited', memberships, ...(kinds && { kinds }) });
        return this.#inherited.filter(({ kind }) => kinds?.includes(kind) ?? true);
      },
      grantPermissions: async ({ user, permissions }) => {
        note({ method: 'grantPermissions', user, permissions });
        this.change(user, { permissions: withGranted(this.of(user).permissions, permissions) });
      },
      revokePermissions: async ({ user, revocations }) => {
        const permissions = revocations.map(({ permission }) => permission);
        note({ method: 'revokePermissions', user, permissions });
        this.change(user, { permissions: withRevoked(this.of(user).permissions, revocations) });
      },
      listDatabases: async () => ['dev'],
      close: async () => undefined,
      writeOut: async ({ user, grant = [], revoke = [] }) => [
        ...grant.map(({ kind }) => `GRANT ${kind} TO ${user}`),
        ...revoke.map(({ permission, optionOnly }) => {
          return `REVOKE ${optionOnly ? 'OPTION FOR ' : ''}${permission.kind} FROM ${user}`;
        }),
      ],
    };
    return session as DatabaseSession;
  }
}
