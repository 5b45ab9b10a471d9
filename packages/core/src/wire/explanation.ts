/** An explanation as callers get it: sentences for people, codes for programs. */
import type { Obstacle } from '../explain.ts';
import type { OperationId } from '../ids.ts';
import type { Action } from '../payment.ts';
import type { Payment } from './payment.ts';

/** One thing that happened to a payment, or is awaited. */
export interface TimelineEntry {
  /** When: RFC 3339, UTC. */
  readonly at: string;
  /**
   * `command`: somebody asked for it. `outcome`: what the provider said. `report`: what the provider
   * sent by itself. `waiting`: what is still to come.
   */
  readonly kind: 'command' | 'outcome' | 'report' | 'waiting';
  /** What happened, in a sentence for people. */
  readonly what: string;
  /** An API key's id, `worker:…` or `provider:…`. */
  readonly by: string;
  /** The version that it made of the payment; null where it changed nothing. */
  readonly version: number | null;
  readonly operationId: OperationId | null;
}

/** An action that may be taken now. */
export interface AllowedAction {
  readonly action: Action | 'resolve';
  readonly allowed: true;
  /** The most that a capture or a refund may move now, as a decimal string; null for other actions. */
  readonly upTo: string | null;
  readonly obstacle: null;
}

/** An action that may not be taken now, and why not. */
export interface HinderedAction {
  readonly action: Action | 'resolve';
  readonly allowed: false;
  readonly upTo: null;
  readonly obstacle: Obstacle;
}

/** How a payment came to be as it is, and what may be done with it next. */
export interface Explanation {
  readonly payment: Payment;
  /** Oldest first; what is awaited comes last. */
  readonly timeline: readonly TimelineEntry[];
  readonly actions: readonly (AllowedAction | HinderedAction)[];
}
