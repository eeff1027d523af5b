export { Crash, crashAt, failAt, type Fault, type FaultPoint } from './fail-at.js';
export {
  exploreInterleavings,
  type ExplorationReport,
  type InterleavingWorld,
} from './explore-interleavings.js';
export { countRoundTrips, type RoundTripCounter } from './count-round-trips.js';
export { fingerprint } from './fingerprint.js';
export type { InterleavedTask } from './interleaver.js';
export { portFailure } from './port-failure.js';
export { recordCalls } from './record-calls.js';
export { runInterleaved, type Interleaving } from './run-interleaved.js';
export {
  withCallPoints,
  type CallHook,
  type CallOutcome,
  type PortCall,
} from './with-call-points.js';
