import type {
  DatabaseSession,
  Permission,
  PermissionSnapshot,
  RotationEventDetail,
  RotationSettings,
} from '../../src/index.js';
import type { DatabaseRequest } from '../../src/strategies/permissions/database-request.js';
import { permissionKey } from '../../src/domain/permissions/permission-key.js';
import type { ApplyContext } from '../../src/ports/rotation-strategy.js';
import { resolved } from './values.js';

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

  request(more: Partial<DatabaseRequest> = {}): DatabaseRequest {
    return {
      session: this.session(),
      database: 'dev',
      source: 'app',
      target: 'app_clone',
      scope: 'all',
      exact: false,
      progress: { granted: 0, revoked: 0 },
      requireMayCopy: () => Promise.resolve(),
      ...more,
    };
  }

  context(settings: RotationSettings = {}, requireTime = (): void => undefined): ApplyContext {
    const report = (event: RotationEventDetail) => void this.events.push(event);
    return { settings: resolved(settings), report, requireTime } as unknown as ApplyContext;
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
        this.change(user, { permissions: [...this.of(user).permissions, ...permissions] });
      },
      revokePermissions: async ({ user, revocations }) => {
        const permissions = revocations.map(({ permission }) => permission);
        note({ method: 'revokePermissions', user, permissions });
        const gone = new Set(permissions.map(permissionKey));
        const left = this.of(user).permissions.filter((each) => !gone.has(permissionKey(each)));
        this.change(user, { permissions: left });
      },
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
