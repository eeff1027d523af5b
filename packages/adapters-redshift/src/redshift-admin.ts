import { systemClock, type Clock } from '@keyturn/core';
import type { DatabaseAdmin, SignInOutcome, SignInRequest } from '@keyturn/core/adapter';
import { AskedForms } from './asked-forms.js';
import { pgSessions, type OpenSession } from './connection/open-session.js';
import { prepareTls, type TlsSettings } from './connection/tls-settings.js';
import { REDSHIFT_PROFILE } from './profile.js';
import { RedshiftSession, type RedshiftSessionOptions } from './redshift-session.js';

/** What a {@link RedshiftAdmin} may be given. */
export interface RedshiftAdminOptions {
  /** How connections are secured. Default: verify-full with Node's own certificates. */
  readonly tls?: TlsSettings;
  /** Waits between attempts when statements meet a conflict. Default: the machine's clock. */
  readonly clock?: Clock;
  /** Opens connections. Default: the `pg` driver with the TLS settings above. */
  readonly openSession?: OpenSession;
  /** Asks for the lock rule whatever the server is, for one that imitates it. Default: Redshift alone is asked. */
  readonly askLockout?: boolean;
}

/**
 * The users of an Amazon Redshift cluster or workgroup, or of a PostgreSQL database with the stand-in views.
 *
 * @example
 * const admin = new RedshiftAdmin({ tls: { mode: 'verify-full' } });
 */
export class RedshiftAdmin implements DatabaseAdmin {
  readonly profile = REDSHIFT_PROFILE;
  readonly #clock: Clock;
  readonly #openSession: OpenSession;
  readonly #askLockout: boolean;
  readonly #asked = new AskedForms();

  /** @throws `KEYTURN_INVALID_SETTING` for TLS settings that cannot be used */
  constructor({
    tls,
    clock = systemClock,
    openSession,
    askLockout = false,
  }: RedshiftAdminOptions = {}) {
    this.#askLockout = askLockout;
    this.#clock = clock;
    this.#openSession = openSession ?? pgSessions(prepareTls(tls));
  }

  async signIn(request: SignInRequest): Promise<SignInOutcome> {
    const connection = await this.#openSession(request);
    if (connection === 'refused') return { kind: 'refused' };
    const { address, user: me, purpose } = request;
    if (connection.asked !== undefined) this.#asked.note(address, me, connection.asked);
    const options: RedshiftSessionOptions = {
      askLockout: this.#askLockout,
      formFor: (user, other) => this.#asked.formFor(address, user, { admin: me, other }),
      purpose,
    };
    return {
      kind: 'accepted',
      session: new RedshiftSession(connection, this.#clock, options),
    };
  }
}
