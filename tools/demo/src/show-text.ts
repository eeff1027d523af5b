import { styleText } from 'node:util';
import { makeVisible } from '@keyturn/core';
import type { Observation, ObservedVersion } from './observe.js';
import type { Audience, ShownRotation } from './scenario.js';

type Style = Parameters<typeof styleText>[0];

const EXPLANATION = {
  'single user': 'the user changes its own password',
  'alternating users': 'a superuser clones the user, then the two take turns',
};

/** Tells the story in a terminal: progress on one stream, the rotations on the other. */
export function textAudience(out: NodeJS.WriteStream, progress: NodeJS.WriteStream): Audience {
  const colour = out.isTTY && out.hasColors() && process.env['NO_COLOR'] === undefined;
  const style = (as: Style, text: string): string => (colour ? styleText(as, text) : text);
  const print = (line = ''): void => void out.write(`${line}\n`);
  const moment = (what: string, { versions }: Observation): void => {
    versions.forEach((version, index) =>
      print(`  ${(index === 0 ? what : '').padEnd(26)}${describe(version, style)}`),
    );
  };
  return {
    progress: (line) => void progress.write(`... ${makeVisible(line)}\n`),
    starts({ strategy, number, before }) {
      print();
      if (number === 1) {
        print(style('bold', `${strategy}: ${EXPLANATION[strategy]}`));
        print();
      }
      const which = number === 1 ? 'enabling rotation rotates at once' : 'the next rotation';
      print(`  ${style('underline', `Rotation ${number}`)} (${which})`);
      moment('before', before);
    },
    step({ step, durationMs, error, ...seen }) {
      moment(`${step} ${Math.round(durationMs)} ms`, seen);
      if (error !== undefined) print(`  ${style('red', `error: ${makeVisible(error)}`)}`);
    },
    ends({ end, proofs }: ShownRotation) {
      moment('at the end', end);
      for (const { statement, ok } of proofs) {
        print(`    ${ok ? style('green', 'proved') : style('red', 'FAILED')}  ${statement}`);
      }
    },
  };
}

function describe(
  { version, labels, user, signIn }: ObservedVersion,
  style: (as: Style, text: string) => string,
): string {
  const shownSignIn = {
    accepted: style('green', 'signs in'),
    refused: style('red', 'refused'),
    'no value yet': style('dim', 'no value yet'),
  }[signIn];
  const name = user === undefined ? '' : `${oneWord(user)} `;
  // Of labels in a row, none may look like two.
  const shownLabels = labels.map(oneWord).join(' + ').padEnd(25);
  return `${shownLabels} ${style('dim', oneWord(version.slice(0, 8)))}  ${name}${shownSignIn}`;
}

function oneWord(text: string): string {
  return makeVisible(text).replaceAll(' ', '\\u{20}');
}
