import type { DatabaseAddress } from '@keyturn/core';
import { RecentMap } from './connection/recent-map.js';
import type { VerifierKind } from './password-verifier.js';

/** Databases, and users of each, that are remembered. */
const MOST = 100;

/**
 * How users were asked for the passwords that were accepted. What a server demands at the sign-in is set apart from
 * what it makes of a clear password: a stored form that does not fit the former locks the user out.
 */
export class AskedForms {
  readonly #places = new RecentMap<string, RecentMap<string, { form: VerifierKind }>>(MOST);

  note(address: DatabaseAddress, user: string, form: VerifierKind): void {
    this.#users(address).getOrMake(user, () => ({ form })).form = form;
  }

  /**
   * The form to store a password of a user in. Where this user has not signed in, what another one was asked for is
   * evidence: SCRAM is demanded of all or of none, as a rule. That an administrator was asked for it counts only where
   * nobody else has signed in, since administrators have rules of their own more often than others.
   * @param admin who is about to store it
   * @param other what counts where nothing is known
   */
  formFor(
    address: DatabaseAddress,
    user: string,
    { admin, other }: { readonly admin: string; readonly other: VerifierKind },
  ): VerifierKind {
    const users = this.#users(address).list();
    const own = users.find(([name]) => name === user);
    if (own !== undefined) return own[1].form;
    const forms = users.filter(([name]) => name !== admin).map(([, { form }]) => form);
    if (forms.includes('scram-sha-256')) return 'scram-sha-256';
    if (forms.length > 0) return 'md5';
    return users.some(([, { form }]) => form === 'scram-sha-256') ? 'scram-sha-256' : other;
  }

  #users({ host, port, database }: DatabaseAddress) {
    const place = JSON.stringify([host.toLowerCase(), port, database]);
    return this.#places.getOrMake(place, () => new RecentMap(MOST));
  }
}
