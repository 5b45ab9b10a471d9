/** What a provider says, as PostgreSQL can hold it: no text may keep an outcome from being recorded. */
import type { KnownOutcome, ProviderOutcome } from '@florin/core';

export function storable(outcome: KnownOutcome): KnownOutcome;
export function storable(outcome: ProviderOutcome): ProviderOutcome;
export function storable(outcome: ProviderOutcome): ProviderOutcome {
  switch (outcome.outcome) {
    case 'succeeded':
      return { ...outcome, reference: outcome.reference === null ? null : text(outcome.reference) };
    case 'declined': {
      const { code, message } = outcome.failure;
      return { ...outcome, failure: { code: text(code), message: text(message) } };
    }
    case 'requires_action':
      return {
        ...outcome,
        nextAction: { ...outcome.nextAction, url: text(outcome.nextAction.url) },
      };
    case 'unknown':
      return outcome;
  }
}

/** U+FFFD stands for what can't be stored: NUL, and halves of surrogate pairs. */
const text = (value: string): string => value.toWellFormed().replaceAll('\0', '\uFFFD');
