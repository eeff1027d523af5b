import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { KeyturnError, Sensitive, type ErrorCode, type VersionId } from '@keyturn/core';
import type { MoveLabelRequest } from '@keyturn/core/adapter';
import type { MadeSecret, SecretStoreSubject, SubjectSecret } from '../secret-store-subject.js';

/** The text of first versions. */
export const TEXT = '{"password":"Baa-1.Black_Sheep"}';
/** Another one. */
export const OTHER_TEXT = '{"password":"Oink-2.Pink_Pig"}';

/** The subject of the running test, and shorthands for what most tests do with it. */
export class SecretStoreFixture {
  readonly #create: () => Promise<SecretStoreSubject>;
  #subject: SecretStoreSubject | undefined;

  constructor(create: () => Promise<SecretStoreSubject>) {
    this.#create = create;
  }

  async setUp(): Promise<void> {
    this.#subject = await this.#create();
  }

  async tearDown(): Promise<void> {
    await this.#subject?.dispose();
    this.#subject = undefined;
  }

  get subject(): SecretStoreSubject {
    assert(this.#subject, 'no test is running');
    return this.#subject;
  }

  get store(): SecretStoreSubject['store'] {
    return this.subject.store;
  }

  /** A secret with a current version. */
  async secret(facts: SubjectSecret = {}): Promise<Required<MadeSecret>> {
    const made = await this.subject.makeSecret({ current: TEXT, ...facts });
    assert(made.current, 'the subject must name the current version');
    return { ...made, current: made.current };
  }

  /** A version id that nobody has used. */
  freshVersion(): VersionId {
    return randomUUID();
  }

  /** Stores a pending value that must be stored, and gives its version. */
  async pending(secretId: string, text = OTHER_TEXT): Promise<VersionId> {
    const versionId = this.freshVersion();
    assert.equal(await this.put(secretId, versionId, text), 'stored');
    return versionId;
  }

  put(secretId: string, versionId: VersionId, text: string) {
    return this.store.putPending({ secretId, versionId, text: new Sensitive(text) });
  }

  async move(
    secretId: string,
    label: string,
    places: Pick<MoveLabelRequest, 'from' | 'to'>,
  ): Promise<void> {
    await this.store.moveLabel({ secretId, label, ...places });
  }

  /** Stores a new value and makes it current, as a rotation does. */
  async promote(secretId: string, from: VersionId, text = OTHER_TEXT): Promise<VersionId> {
    const to = await this.pending(secretId, text);
    await this.move(secretId, 'AWSCURRENT', { from, to });
    return to;
  }

  /** The labels as plain data: labelled versions only, labels sorted. */
  async labels(secretId: string): Promise<Record<VersionId, string[]>> {
    const { labels } = await this.store.describe({ secretId });
    return Object.fromEntries([...labels].map(([id, held]) => [id, [...held].sort()]));
  }

  /** A version's text, hidden as it must be. */
  async text(secretId: string, versionId: VersionId): Promise<string | undefined> {
    const value = await this.store.readValue({ secretId, versionId });
    return value?.kind === 'text' ? value.text.reveal() : undefined;
  }
}

/** Fails unless `work` throws a keyturn error of that code that names the secret and shows no value. */
export async function throwsCode(
  code: ErrorCode,
  secretId: string,
  work: () => Promise<unknown>,
): Promise<void> {
  await assert.rejects(work, (error) => {
    assert(KeyturnError.is(error), `not a keyturn error: ${inspect(error)}`);
    assert.equal(error.code, code, error.message);
    assert.equal(error.secretId, secretId);
    const shown = inspect(error, { depth: null, showHidden: true });
    for (const text of [TEXT, OTHER_TEXT]) {
      assert(!shown.includes(text), 'the error shows a value');
    }
    return true;
  });
}
