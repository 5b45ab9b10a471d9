/** What a caller is told where there is more to do than can be done. */
import { limits, refuse } from '@florin/core';
import { RefusalError } from './refusal-error.ts';

export function overloaded(): RefusalError {
  const retryAfterSeconds = limits.overloadedRetrySeconds;
  return new RefusalError(refuse('unavailable', { retryAfterSeconds }));
}
