import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Implementation } from '../child.js';
import { spreadOf, type Spread } from '../statistics.js';
import type { BenchSecret, Invoke, World } from '../world.js';
import { freshChildren } from './run-with.js';

/** From the start of a process to its first createSecret answered; milliseconds unless said otherwise. */
export interface ColdStartFigure {
  readonly node: string;
  readonly bareNodeMs: Spread;
  readonly coldMs: Spread;
  /** Of the medians; taken in turns, so that both see the same machine. */
  readonly units: number;
  /** Reading and running the bundle, as far as the implementation tells. */
  readonly loadMs?: Spread;
  readonly handlerMs?: Spread;
  readonly peakKb?: Spread;
  readonly barePeakKb: Spread;
}

/** What was measured of one implementation. */
class Samples {
  readonly cold: number[] = [];
  readonly load: number[] = [];
  readonly handler: number[] = [];
  readonly peaks: number[] = [];

  /** Rotates with a process for each step, and keeps what its first step took. */
  invokerOf(implementation: Implementation): Invoke {
    return freshChildren(implementation, (step, ms, answer, child) => {
      const { peakKb } = child.usage() ?? {};
      if (peakKb !== undefined) this.peaks.push(peakKb);
      if (step !== 'createSecret') return;
      this.cold.push(ms);
      if (answer.loadMs !== undefined) this.load.push(answer.loadMs);
      if (answer.handlerMs !== undefined) this.handler.push(answer.handlerMs);
    });
  }
}

/**
 * The implementations and the bare Node take turns, so that all see the same machine.
 * @param node the Node binary that the unit is measured with
 * @returns the figure of each implementation, in their order
 */
export async function measureColdStart(
  world: World,
  implementations: readonly Implementation[],
  node: string,
  samples: number,
): Promise<ColdStartFigure[]> {
  const sides: { samples: Samples; secret: BenchSecret; invoke: Invoke }[] = [];
  for (const implementation of implementations) {
    const ofThis = new Samples();
    const invoke = ofThis.invokerOf(implementation);
    sides.push({ samples: ofThis, invoke, secret: await world.addSecret('single') });
  }
  const bare: number[] = [];
  const barePeaks: number[] = [];
  for (let n = 0; n < samples; n++) {
    bare.push(await timeOf(node, '0'));
    barePeaks.push(await bareMemory(node));
    for (const { secret, invoke } of sides) {
      const { ok, error } = await world.rotate(secret, invoke);
      if (!ok) throw new Error(`a rotation failed: ${error}`);
    }
  }
  const version = (await outputOf(node, 'process.stdout.write(process.version)')).trim();
  const bareNodeMs = spreadOf(bare);
  const barePeakKb = spreadOf(barePeaks);
  return sides.map(({ samples: { cold, load, handler, peaks } }) => {
    const coldMs = spreadOf(cold);
    return {
      node: version,
      bareNodeMs,
      coldMs,
      units: coldMs.median / bareNodeMs.median,
      ...(load.length > 0 && { loadMs: spreadOf(load) }),
      ...(handler.length > 0 && { handlerMs: spreadOf(handler) }),
      ...(peaks.length > 0 && { peakKb: spreadOf(peaks) }),
      barePeakKb,
    };
  });
}

async function timeOf(node: string, script: string): Promise<number> {
  const began = performance.now();
  await once(spawn(node, ['-e', script], { stdio: 'ignore' }), 'exit');
  return performance.now() - began;
}

async function bareMemory(node: string): Promise<number> {
  return Number(await outputOf(node, 'process.stdout.write(`${process.resourceUsage().maxRSS}`)'));
}

async function outputOf(node: string, script: string): Promise<string> {
  const child = spawn(node, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text;
}
