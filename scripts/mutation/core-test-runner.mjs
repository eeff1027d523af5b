// Runs the tests of core for Stryker. Its runner for Jest starts Jest anew for each of thousands of mutants and loads
// every test file, which takes seconds where the tests take milliseconds, and keeps the memory of each run. This one
// runs the same files with Jest's own describe, it and expect (jest-circus) in one process: the mutant's neighbours
// first, and nothing more once a test has failed.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'expect';
import fc from 'fast-check';
import * as circus from 'jest-circus';
import { createLoader } from './load-modules.mjs';

/** It tries the import rules on a fixture of its own, which no mutant is part of. */
const LEFT_OUT = ['architecture/hexagon.test.ts'];
const SOURCES = 'packages/core/src/';
const TESTS = 'packages/core/test';

/** For a promise that a mutant never settles; nothing here waits for anything real. */
const TEST_TIMEOUT_MS = 10_000;
/** Model-based runs of each property; `npm test` makes as many as fit into seconds. */
process.env.KEYTURN_MODEL_RUNS ??= '15';

// The same cases at every run, so that a score can be reproduced; nobody reads counterexamples here.
fc.configureGlobal({ seed: 1, numRuns: 50, endOnFailure: true });

const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
const idOf = (block) =>
  block.parent === undefined ? '' : `${idOf(block.parent)} ${block.name}`.trimStart();

class CoreTestRunner {
  #loader;
  #files;
  #stryker = (globalThis.__stryker__ ??= {});

  #results = [];
  #wanted;
  #bail = false;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const root = process.cwd();
    this.#loader = createLoader(root);
    this.#files = readdirSync(join(root, TESTS), { recursive: true })
      .filter((file) => file.endsWith('.test.ts') && !LEFT_OUT.includes(file))
      .sort();
    const jest = { isolateModulesAsync: this.#loader.isolated };
    const api = { describe, it, test, beforeAll, beforeEach, afterAll, afterEach, expect, jest };
    Object.assign(globalThis, api, { countTrials: () => {} });
    circus.addEventHandler((event) => this.#onEvent(event));
  }

  async dryRun() {
    this.#wanted = undefined;
    const failure = await this.#run('', false);
    if (failure) return { status: 'error', errorMessage: failure };
    return {
      status: 'complete',
      tests: this.#results,
      mutantCoverage: this.#stryker.mutantCoverage,
    };
  }

  async mutantRun({ activeMutant, sandboxFileName, testFilter, hitLimit }) {
    this.#wanted = testFilter && new Set(testFilter);
    // Stryker allows a hundred times the hits of all tests together; that takes minutes in a loop without end.
    const most = hitLimit && hitLimit / 10;
    Object.assign(this.#stryker, { activeMutant: activeMutant.id, hitLimit: most, hitCount: 0 });
    const failure = await this.#run(sandboxFileName.split(SOURCES)[1] ?? '', true);
    if (this.#stryker.hitCount > most) return { status: 'timeout', reason: 'hit limit reached' };
    if (failure) return { status: 'error', errorMessage: failure };
    const failed = this.#results.filter(({ status }) => status === 1);
    const nrOfTests = this.#results.length;
    if (failed.length === 0) return { status: 'survived', nrOfTests };
    const [{ id, failureMessage }] = failed;
    return { status: 'killed', killedBy: [id], failureMessage, nrOfTests };
  }

  /** What went wrong before any test could run, if something did. */
  async #run(mutated, bail) {
    this.#bail = bail;
    this.#results = [];
    circus.resetState();
    Object.assign(circus.getState(), { testTimeout: TEST_TIMEOUT_MS, parentProcess: process });
    this.#loader.reload();
    try {
      for (const file of neighboursFirst(this.#files, mutated)) {
        describe(file, () => this.#register(file));
      }
      const { unhandledErrors } = await circus.run();
      return unhandledErrors.join('\n') || undefined;
    } catch (error) {
      return String(error);
    }
  }

  /** A file that fails while it is loaded is a failed test, as it is for Jest. */
  #register(file) {
    let failure;
    it('loads', () => {
      if (failure !== undefined) throw failure.error;
    });
    try {
      this.#loader.require(join(process.cwd(), TESTS, file));
    } catch (error) {
      failure = { error };
    }
  }

  #onEvent({ name, test }) {
    if (name === 'test_start') {
      const unwanted = this.#wanted && !this.#wanted.has(idOf(test));
      if (unwanted || (this.#bail && this.#results.at(-1)?.status === 1)) test.mode = 'skip';
      else this.#stryker.currentTestId = idOf(test);
    }
    if (name !== 'test_done' || test.mode === 'skip') return;
    this.#stryker.currentTestId = undefined;
    const [error] = test.errors.flat();
    const id = idOf(test);
    this.#results.push({
      id,
      name: id,
      fileName: join(process.cwd(), TESTS, id.split(' ')[0]),
      timeSpentMs: test.duration ?? 0,
      status: error ? 1 : 0,
      ...(error && { failureMessage: String(error.message ?? error) }),
    });
  }
}

/** The tests of the mutated file first, then those of its folders; properties over whole rotations last. */
function neighboursFirst(files, mutated) {
  const distance = (file) => {
    if (file.startsWith('model-based')) return Infinity;
    if (file.split('.')[0] === mutated.split('.')[0]) return 0;
    if (dirname(file) === dirname(mutated)) return 1;
    return file.split('/')[0] === mutated.split('/')[0] ? 2 : 3;
  };
  return [...files].sort((a, b) =>
    distance(a) < distance(b) ? -1 : distance(a) > distance(b) ? 1 : 0,
  );
}

const factory = () => new CoreTestRunner();
factory.inject = [];
export const strykerPlugins = [{ kind: 'TestRunner', name: 'core-tests', factory }];
