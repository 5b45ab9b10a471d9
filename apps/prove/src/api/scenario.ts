/** What a scenario is. */
import type { Ability, Kit } from './kit.ts';

export interface Scenario {
  /** As it stands in the report, and after `--only`. */
  readonly name: string;
  readonly does: string;
  /** What must hold. */
  readonly holds: string;
  /** It is left out where the server lacks one of these. */
  readonly needs?: readonly Ability[];
  /** Once a run, however many runs are asked for. */
  readonly once?: true;
  /** One run, on orders and keys of its own. @throws Violation */
  readonly run: (kit: Kit) => Promise<void>;
}
