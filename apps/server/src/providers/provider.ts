/** The port: what Florin asks of whoever moves the money. */
import type { Operation, Payment, ProviderOutcome } from '@florin/core';
import type { Mode, ProviderReport } from '@florin/db';

export interface ProviderRequest {
  /**
   * What to do. Its `id` is the provider's idempotency key: asked again with the same id, the
   * provider must not move anything twice. `attempts` says how often it has been asked, this time
   * included; `amount` is minor units of the payment's currency.
   */
  readonly operation: Operation;
  readonly payment: Payment;
}

export interface Provider {
  /** How payments name it. */
  readonly name: string;
  /** The kinds of merchant that reach it. */
  readonly modes: readonly Mode[];
  /**
   * Performs the operation, or tells what became of it earlier. Where the answer is lost it throws
   * or answers `unknown`: both mean that money may have moved. Gives up when `signal` fires.
   */
  perform(request: ProviderRequest, signal: AbortSignal): Promise<ProviderOutcome>;
  /**
   * What became of an operation that it may have been asked for: by the operation's id, moving
   * nothing. Null where the provider knows nothing of it, and says so of this very id: it is performed
   * then. `unknown`, or throwing, where it can't tell.
   */
  lookup(request: ProviderRequest, signal: AbortSignal): Promise<ProviderOutcome | null>;
  /**
   * Verifies and reads what it reports by itself, as it came over HTTP; does nothing else. Absent
   * where it reports nothing.
   * @throws RefusalError `invalid_signature`, before anything is read; then what is wrong with it
   */
  readReport?(headers: Headers, body: ArrayBuffer): ProviderReport;
}
