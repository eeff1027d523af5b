// Metrics of a source in OpenTelemetry. Of `@opentelemetry/api`, an optional peer, only types are used.
export { recordMetrics } from './record-metrics.js';
