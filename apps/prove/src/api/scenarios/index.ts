/** All scenarios, in the order in which they are run. */
import type { Scenario } from '../scenario.ts';
import { access } from './access.ts';
import { amounts } from './amounts.ts';
import { createRaces } from './create-races.ts';
import { keys } from './keys.ts';
import { patchRaces } from './patch-races.ts';
import { refundRaces } from './refund-races.ts';
import { statuses } from './statuses.ts';
import { traces } from './traces.ts';

export const scenarios: readonly Scenario[] = [
  ...createRaces,
  ...refundRaces,
  ...patchRaces,
  ...keys,
  ...statuses,
  ...amounts,
  ...traces,
  ...access,
];
