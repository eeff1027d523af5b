const { join } = require('node:path');

/** Regular expressions of paths; `$1` in a `to` stands for the first group of its `from`. */
const anyPackage = '^(packages|tools)/';
const core = '^packages/core/src/';
const container =
  '(^|/)node_modules/(tsyringe|reflect-metadata)/|^(tsyringe|reflect-metadata)(/|$)';

/** The hexagon, as rules: domain <- ports <- core <- adapters <- lambda-entry. */
const hexagon = [
  {
    name: 'domain-imports-only-itself',
    comment: 'Values and decisions stay pure: no port, no promise, no package.',
    from: { path: `${core}domain/` },
    to: { pathNot: `${core}domain/` },
  },
  {
    name: 'ports-import-only-the-domain',
    comment: 'A port is a page of its own; what several ports share belongs to the domain.',
    from: { path: `${core}ports/` },
    to: { pathNot: `${core}(ports|domain)/` },
  },
  {
    name: 'access-imports-only-ports-and-domain',
    comment: 'Access to credentials stands by itself: no step and no strategy has a say in it.',
    from: { path: `${core}access/` },
    to: { pathNot: `${core}(access|ports|domain)/|${core}errors\\.ts$` },
  },
  {
    name: 'strategies-ask-the-engine',
    comment:
      'A strategy gets credentials and sessions from its context alone, which asks for the proof.',
    from: { path: `${core}strategies/` },
    to: { pathNot: `${core}(strategies|ports|domain)/|${core}errors\\.ts$` },
  },
  {
    name: 'checks-and-defaults-import-only-ports-and-domain',
    comment: 'They are values that are passed in, and know nothing of who takes them.',
    from: { path: `${core}(checks|defaults)/` },
    to: { pathNot: `${core}($1|ports|domain)/|${core}errors\\.ts$` },
  },
  {
    name: 'errors-import-only-the-domain',
    comment: 'Everything may throw them, so they may need nothing of it.',
    from: { path: `${core}errors\\.ts$` },
    to: { pathNot: `${core}domain/` },
  },
  {
    name: 'engine-imports-no-strategy',
    comment: 'The engine knows strategies by their port.',
    from: { path: `${core}engine/` },
    to: { path: `${core}strategies/` },
  },
  {
    name: 'steps-do-not-import-each-other',
    comment: 'What two steps share has a file of its own.',
    from: { path: `${core}engine/(create|set|test|finish)-step\\.ts$` },
    to: { path: `${core}engine/(create|set|test|finish)-step\\.ts$` },
  },
  {
    name: 'operations-are-for-operators',
    comment: 'What an operator may do without proof is out of reach of every step and strategy.',
    from: { path: core, pathNot: [`${core}operations/`, `${core}index\\.ts$`] },
    to: { path: `${core}operations/` },
  },
  {
    name: 'two-doors-to-the-superuser',
    comment:
      'The credential of the superuser leaves by the door with the proof, or by the one of the operator.',
    from: {
      path: '^packages/[^/]+/(src|bin)/',
      pathNot: `${core}(access/superuser-session|operations/operator-session)\\.ts$`,
    },
    to: { path: `${core}access/superuser-credential\\.ts$` },
  },
  {
    name: 'core-imports-nothing-outside',
    comment: 'The core does no I/O and has no dependency, Node itself included.',
    from: { path: core },
    to: { pathNot: core },
  },
  {
    name: 'adapters-import-only-core',
    comment: 'Adapters meet in lambda-entry and nowhere else.',
    from: { path: '^packages/(adapters-[^/]+)/src/' },
    to: { path: anyPackage, pathNot: '^packages/($1|core)/' },
  },
  {
    name: 'client-imports-only-core',
    comment: 'An application that reads a secret installs no adapter.',
    from: { path: '^packages/client/src/' },
    to: { path: anyPackage, pathNot: '^packages/(client|core)/' },
  },
  {
    name: 'lambda-entry-ships-no-test-code',
    from: { path: '^packages/lambda-entry/src/' },
    to: { path: '^packages/testkit/' },
  },
  {
    name: 'packages-import-no-tools',
    comment: 'What is published needs nothing of the demo, the proofs and the benchmarks.',
    from: { path: '^packages/' },
    to: { path: '^tools/' },
  },
  {
    name: 'testkit-imports-only-core',
    comment: 'Every adapter is tested with the testkit, so it may know none of them.',
    from: { path: '^packages/testkit/src/' },
    to: { path: anyPackage, pathNot: '^packages/(testkit|core|local-secrets-manager)/' },
  },
  {
    name: 'local-secrets-manager-stands-alone',
    comment:
      'It is small to install: users of other rotation functions need nothing else of keyturn.',
    from: { path: '^packages/local-secrets-manager/src/' },
    to: { path: anyPackage, pathNot: '^packages/local-secrets-manager/' },
  },
  {
    name: 'container-stays-in-lambda-entry',
    comment: 'Core and adapters take what they need as arguments.',
    from: { pathNot: '^packages/lambda-entry/(src|test)/' },
    to: { path: container },
  },
  {
    name: 'parts-do-not-load-the-container',
    comment:
      'Tooling takes @keyturn/lambda-entry/parts and the command line with it, without tsyringe.',
    from: { path: '^packages/lambda-entry/src/parts/' },
    to: { path: container, reachable: true },
  },
  {
    name: 'packages-meet-at-the-front-door',
    comment: 'Another package is imported by its name, which leads to an index.',
    from: { path: '^((packages|tools)/[^/]+)/' },
    to: {
      path: '^(packages|tools)/[^/]+/(src|test)/',
      pathNot: ['^$1/', '/src/.*index\\.ts$'],
    },
  },
];

const hygiene = [
  {
    name: 'sources-import-no-tests',
    from: { path: '^(packages|tools)/[^/]+/src/' },
    to: { path: '^(packages|tools)/[^/]+/test/' },
  },
  { name: 'no-cycles', from: {}, to: { circular: true } },
  { name: 'no-unresolvable-imports', from: {}, to: { couldNotResolve: true } },
  {
    name: 'imports-are-declared',
    comment: 'What a package needs where it is installed stands in its own package.json.',
    from: { path: '^(packages|tools)/[^/]+/(src|bin|runtime)/' },
    to: {
      dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
      // What is both an optional peer and a dev dependency is reported as undeclared too.
      dependencyTypesNot: ['npm-peer'],
    },
  },
  {
    name: 'sources-use-no-dev-dependencies',
    from: { path: '^(packages|tools)/[^/]+/src/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only'] },
  },
];

module.exports = {
  forbidden: [...hexagon, ...hygiene].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: join(__dirname, 'tsconfig.json') },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@keyturn/source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
